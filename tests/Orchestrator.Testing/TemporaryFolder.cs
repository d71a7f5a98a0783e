namespace Orchestrator.Testing;

/// <summary>A folder for one test, removed with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its path, short enough for unix sockets in it.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("orc-").FullName;

    /// <summary>The path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
