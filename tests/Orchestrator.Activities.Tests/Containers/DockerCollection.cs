using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Containers;

/// <summary>One private Docker engine for all tests that use one.</summary>
[CollectionDefinition(Name)]
public sealed class DockerCollection : ICollectionFixture<SharedDocker>
{
    public const string Name = "docker";
}

public sealed class SharedDocker : IAsyncLifetime
{
    public PrivateDockerd Engine { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (LabFactAttribute.Missing(PrivateDockerd.Programs) is null) Engine = await PrivateDockerd.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Engine is not null) await Engine.DisposeAsync();
    }
}
