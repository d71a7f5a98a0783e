using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Activities.Containers;

/// <summary>Turns the input of <see cref="ContainerRun"/> into the engine's words.</summary>
internal static class ContainerSpec
{
    /// <summary>The body of the create request, without our labels.</summary>
    public static JsonObject Body(ContainerRunInput input)
    {
        var ports = input.Publish.Select(PublishedPort.Parse).ToArray();
        var body = new JsonObject
        {
            ["Image"] = input.Image,
            ["Env"] = Texts(input.Env.Select(entry => $"{entry.Key}={entry.Value.Reveal()}")),
            ["ExposedPorts"] = new JsonObject([.. ports.Select(port => port.Port).Distinct().Select(port => KeyValuePair.Create(port, (JsonNode?)new JsonObject()))]),
            ["HostConfig"] = new JsonObject
            {
                ["PortBindings"] = new JsonObject(
                [
                    .. ports.GroupBy(port => port.Port).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)new JsonArray(
                        [.. group.Select(port => new JsonObject { ["HostIp"] = port.Address, ["HostPort"] = port.HostPort })]))),
                ]),
                ["Binds"] = Texts(input.Mounts.Select(mount => $"{mount.Key}:{mount.Value}")),
                ["CapAdd"] = Texts(input.CapAdd),
                ["Devices"] = new JsonArray([.. input.Devices.Select(path => new JsonObject { ["PathOnHost"] = path, ["PathInContainer"] = path, ["CgroupPermissions"] = "rwm" })]),
                ["Sysctls"] = Map(input.Sysctls),
                ["Init"] = input.Init,
                ["RestartPolicy"] = new JsonObject
                {
                    ["Name"] = input.Restart switch
                    {
                        RestartPolicy.OnFailure => "on-failure", RestartPolicy.Always => "always", RestartPolicy.UnlessStopped => "unless-stopped", _ => "no",
                    },
                },
            },
        };
        if (input.Networks.Count > 0) body["HostConfig"]!["NetworkMode"] = input.Networks[0];
        if (input.Hostname is { } hostname) body["Hostname"] = hostname;
        if (input.Command.Count > 0) body["Cmd"] = Texts(input.Command);
        if (input.User is { } user) body["User"] = user;
        return body;
    }

    /// <summary>The fingerprint that tells whether a container still is what is asked for: everything asked, and the image behind the name.</summary>
    public static string Fingerprint(ContainerRunInput input, JsonObject body, string imageId)
    {
        var whole = JsonSerializer.SerializeToUtf8Bytes(new object[] { body, imageId, input.Networks, input.Labels.OrderBy(label => label.Key, StringComparer.Ordinal) });
        return Convert.ToHexStringLower(SHA256.HashData(whole));
    }

    public static JsonObject Map(IEnumerable<KeyValuePair<string, string>> entries) =>
        new([.. entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))]);

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
