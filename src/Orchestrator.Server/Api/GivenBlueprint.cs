using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Server.Api;

/// <summary>The blueprint that a request is about: its text, or the name of one that was submitted; with the texts of those it calls.</summary>
/// <param name="Definition">The compiled blueprint.</param>
/// <param name="Called">Those it calls, as far as they came along.</param>
internal sealed record GivenBlueprint(Definition Definition, IReadOnlyList<Definition> Called)
{
    private const int MostCalled = 64;

    /// <summary>Compiles or finds it. Throws a problem with every diagnostic when a text has errors.</summary>
    public static async Task<GivenBlueprint> ReadAsync(RequestBody body, ServerOptions options, CancellationToken cancellationToken)
    {
        var (text, name) = (body.Text("text"), body.Text("blueprint"));
        if (text is null == name is null) throw ProblemException.Bad("give `text` (the YAML) or `blueprint` (the name of a submitted one), and not both");
        var called = body.List("called");
        if (called.Count > MostCalled) throw ProblemException.Bad($"`called` may hold {MostCalled} texts at most");
        var definition = text is not null ? Compile(options, body.Text("file") ?? "blueprint.yaml", text) : await FindAsync(options.Store, name!, cancellationToken).ConfigureAwait(false);
        return new GivenBlueprint(definition, [.. called.Select((one, index) => Compile(options, $"called-{index + 1}.yaml", one))]);
    }

    /// <summary>Compiles a text; throws a problem with every diagnostic when it has errors.</summary>
    public static Definition Compile(ServerOptions options, string file, string text)
    {
        var (definition, diagnostics) = options.Compile(file, text);
        return definition is not null && diagnostics.All(diagnostic => diagnostic.Severity != Severity.Error)
            ? definition
            : throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "api.blueprintRejected", $"The blueprint {file} has errors; nothing was done.") { Diagnostics = diagnostics };
    }

    /// <summary>A stored definition by <c>name</c> or <c>name@version</c>; throws a problem that names the nearest.</summary>
    public static async Task<Definition> FindAsync(IStore store, string name, CancellationToken cancellationToken)
    {
        var parts = name.Split('@', 2);
        var version = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out version)) throw ProblemException.Bad($"{name}: expected name or name@version");
        if (await store.FindDefinitionAsync(parts[0], version, cancellationToken).ConfigureAwait(false) is { } hash
            && await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) is { } json) return DefinitionJson.Read(json) with { Hash = hash };
        var known = await store.ListDefinitionsAsync(1000, cancellationToken).ConfigureAwait(false);
        throw ProblemException.Missing($"There is no blueprint {name}.{Spelling.DidYouMean(parts[0], known.Select(row => row.Name))}");
    }

    /// <summary>What is stored so that a run can find it.</summary>
    public static IReadOnlyList<StoredDefinition> ToStore(IEnumerable<Definition> definitions) =>
        [.. definitions.Select(one => new StoredDefinition(one.Hash, one.Name, one.Version, DefinitionJson.Write(one)))];
}
