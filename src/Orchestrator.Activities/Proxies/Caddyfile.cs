using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Proxies;

/// <summary>Writes a Caddyfile: the same sites give the same bytes.</summary>
internal static partial class Caddyfile
{
    public const string HostPattern = @"\*|(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]+\]";

    public static string Render(ProxyConfigure.Input input)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\n\tadmin {Token(input.Admin)}\n\tskip_install_trust\n\tauto_https disable_redirects\n\tstorage file_system {Token(input.Folder + "/data")}\n");
        if (input.Email is { } email) text.Append(CultureInfo.InvariantCulture, $"\temail {Token(email)}\n");
        // Whoever asks for an address names no server in the handshake (RFC 6066); without this caddy would look for a certificate of its own address, which a published port hides.
        var unnamed = input.Sites.Where(site => site.Tls != ProxyConfigure.TlsMode.Off).SelectMany(site => site.Hosts).FirstOrDefault(host => IPAddress.TryParse(host.Trim('[', ']'), out _));
        if (unnamed is not null) text.Append(CultureInfo.InvariantCulture, $"\tdefault_sni {Token(unnamed.Trim('[', ']'))}\n");
        text.Append("}\n");
        foreach (var site in input.Sites)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{string.Join(", ", Addresses(site).Select(Token))} {{\n{Tls(site)}");
            text.Append(CultureInfo.InvariantCulture, $"\treverse_proxy {string.Join(' ', site.Upstreams.Select(Token))}\n}}\n");
        }

        return text.ToString();
    }

    /// <summary>The ports that must accept once the file is loaded.</summary>
    public static IEnumerable<int> Ports(ProxyConfigure.Input input) => input.Sites.SelectMany(PortsOf).Distinct();

    private static IEnumerable<string> Addresses(ProxyConfigure.Site site)
    {
        foreach (var host in site.Hosts.DefaultIfEmpty("*"))
        {
            if (!Host().IsMatch(host)) throw Invalid($"`{host}` is no host name; write a name such as `api.example.org` or `*.example.org`, an address, or `*` for any");
            foreach (var port in PortsOf(site))
                yield return string.Create(CultureInfo.InvariantCulture, $"{(site.Tls == ProxyConfigure.TlsMode.Off ? "http" : "https")}://{(host == "*" ? "" : host)}:{port}");
        }
    }

    private static IEnumerable<int> PortsOf(ProxyConfigure.Site site) => site.Ports.Count > 0 ? site.Ports : [site.Tls == ProxyConfigure.TlsMode.Off ? 80 : 443];

    private static string Tls(ProxyConfigure.Site site)
    {
        var isAny = site.Hosts.Count == 0 || site.Hosts.Contains("*");
        switch (site.Tls)
        {
            case ProxyConfigure.TlsMode.Internal:
                // Without a name there is nothing to make a certificate for in advance, so it is made for the name the first client asks for.
                return isAny ? "\ttls internal {\n\t\ton_demand\n\t}\n" : "\ttls internal\n";
            case ProxyConfigure.TlsMode.Files:
                if (site.Certificate is null || site.Key is null) throw Invalid("`tls: files` needs `certificate` and `key`");
                return $"\ttls {Token(site.Certificate)} {Token(site.Key)}\n";
            case ProxyConfigure.TlsMode.Auto when isAny:
                throw Invalid("`tls: auto` needs host names: a public certificate is issued for a name");
            default:
                return "";
        }
    }

    private static string Token(string text)
    {
        if (text.Contains('{', StringComparison.Ordinal) || text.Any(char.IsControl)) throw Invalid($"`{text}` holds a brace or a control character, which mean something else in a Caddyfile");
        return Plain().IsMatch(text) ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static FailureException Invalid(string problem) => new("proxy.invalid", FailureKind.Permanent, $"{problem}; the configuration is unchanged");

    [GeneratedRegex($"^(?:{HostPattern})$")]
    private static partial Regex Host();

    [GeneratedRegex(@"^[A-Za-z0-9:/._@*\[\]-]+$")]
    private static partial Regex Plain();
}
