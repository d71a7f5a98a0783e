using System.Net;
using Microsoft.AspNetCore.Builder;

namespace Orchestrator.Server.Access;

/// <summary>Everything about who may come in, made once for a server.</summary>
internal sealed class AccessParts
{
    private readonly Gate _gate;
    private readonly HostNames _hosts;
    private readonly IReadOnlyList<IPAddress> _proxies;

    /// <summary>Makes them.</summary>
    public AccessParts(ServerOptions options, AdminToken admin)
    {
        Tokens = new ApiTokens(options.Store, options.Time);
        Sessions = new BrowserSessions(options.Store, admin, Tokens, options.SessionTokenLife, options.Time);
        Links = new LoginLinks(options.Time);
        Limit = new FailureLimit(options.Time);
        Audit = new AuditTrail(options.Store, options.Time);
        Identification = new Identification(admin, Tokens, Sessions);
        _hosts = new HostNames(options.Hosts);
        _proxies = options.TrustedProxies;
        _gate = new Gate(Identification, Limit, Audit, options.Time);
    }

    /// <summary>API tokens.</summary>
    public ApiTokens Tokens { get; }

    /// <summary>Signed-in browsers.</summary>
    public BrowserSessions Sessions { get; }

    /// <summary>One-time login links.</summary>
    public LoginLinks Links { get; }

    /// <summary>Wrong credentials by address.</summary>
    public FailureLimit Limit { get; }

    /// <summary>What was done and refused.</summary>
    public AuditTrail Audit { get; }

    /// <summary>Who makes a request.</summary>
    public Identification Identification { get; }

    /// <summary>Puts what a proxy says, headers and the check of the host's name before routing.</summary>
    public void UseBeforeRouting(IApplicationBuilder app)
    {
        TrustedProxies.Use(app, _proxies);
        SecurityHeaders.Use(app);
        _hosts.Use(app);
    }

    /// <summary>Puts the gate behind routing and before every route.</summary>
    public void UseGate(IApplicationBuilder app) => _gate.Use(app);
}
