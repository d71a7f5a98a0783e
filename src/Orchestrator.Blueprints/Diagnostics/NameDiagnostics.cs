using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Diagnostics;

/// <summary>BP20xx names of the blueprint, BP22xx references to steps, BP23xx services of AYS files, BP24xx names that nothing uses.</summary>
internal static class NameDiagnostics
{
    public static Diagnostic UnknownKey(SourceSpan span, string key, string construct, IReadOnlyList<string> allowed) =>
        new("BP2001", Severity.Error, span, $"`{key}` is no key of `{construct}`.{Spelling.DidYouMean(key, allowed)}", $"Allowed: {List(allowed)}.", null, Nearest(span, key, allowed));

    public static Diagnostic UnknownActivity(SourceSpan span, string name, IReadOnlyList<string> known)
    {
        var family = known.Where(candidate => candidate.StartsWith(name.Split('.')[0] + ".", StringComparison.Ordinal)).ToArray();
        return new("BP2002", Severity.Error, span, $"There is no activity `{name}`.{Spelling.DidYouMean(name, known)}",
            family.Length > 0 ? $"In this family: {List(family)}." : "`orchestrator activities` lists them all.", null, Nearest(span, name, known));
    }

    public static Diagnostic UnknownVersion(SourceSpan span, string name, int version, IReadOnlyList<int> versions) =>
        new("BP2003", Severity.Error, span, $"`{name}` has no version {version}; it has {string.Join(", ", versions)}.", "Leave the version out to take the latest.", null,
            [new Fix(span, $"{name}@{versions[^1]}", $"replace with `{name}@{versions[^1]}`")]);

    public static Diagnostic UnknownField(SourceSpan span, string owner, string what, string name, IReadOnlyList<string> allowed) =>
        new("BP2004", Severity.Error, span, $"{owner} has no {what} `{name}`.{Spelling.DidYouMean(name, allowed)}",
            allowed.Count > 0 ? $"Allowed: {List(allowed)}." : "Nothing is allowed here.", null, Nearest(span, name, allowed));

    public static Diagnostic DuplicateId(SourceSpan span, string id, SourceSpan first) =>
        new("BP2005", Severity.Error, span, $"Two steps have the id `{id}`.", "An id is the step's identity in the journal: make it unique in the blueprint.", [new(first, "first used here")]);

    public static Diagnostic BadName(SourceSpan span, string name, string expected) =>
        new("BP2006", Severity.Error, span, $"`{name}` is not {expected}.");

    public static Diagnostic UnknownTarget(SourceSpan span, string name, IReadOnlyList<string> known, SourceSpan? declared = null) =>
        new("BP2007", Severity.Error, span, $"There is no target `{name}`.{Spelling.DidYouMean(name, known)}", $"Declared: {List(known)}.", Declared(declared), Nearest(span, name, known));

    public static Diagnostic UnknownNeed(SourceSpan span, string name, IReadOnlyList<string> branches) =>
        new("BP2008", Severity.Error, span, $"`{name}` is no other branch of this `parallel`.{Spelling.DidYouMean(name, branches)}",
            branches.Count > 0 ? $"Branches: {List(branches)}." : "There is no other branch.", null, Nearest(span, name, branches));

    public static Diagnostic UnknownSecret(SourceSpan span, string name, IReadOnlyList<string> known) =>
        new("BP2009", Severity.Error, span, $"There is no secret `{name}`.{Spelling.DidYouMean(name, known)}",
            known.Count > 0 ? $"Declared: {List(known)}." : "Declare it under `secrets`.", null, Nearest(span, name, known));

    public static Diagnostic ReservedName(SourceSpan span, string name, string reason) =>
        new("BP2010", Severity.Error, span, $"`{name}` cannot be used here: {reason}.", "Choose another name.");

    public static Diagnostic UnknownStep(SourceSpan span, string id, IReadOnlyList<string> visible, SourceSpan? declared) =>
        new("BP2201", Severity.Error, span, $"There is no step `{id}`.{Spelling.DidYouMean(id, visible)}",
            visible.Count > 0 ? $"Steps done at this point: {List(visible)}." : "No step is done at this point.", Declared(declared), Nearest(span, id, visible));

    public static Diagnostic StepNotDone(SourceSpan span, string id, SourceSpan declared, string why) =>
        new("BP2202", Severity.Error, span, $"Step `{id}` is not done at this point: {why}.", "A step sees the steps before it and, inside `parallel`, the branches it `needs`.", [new(declared, "the step")]);

    public static Diagnostic Unused(SourceSpan span, string what, string name) =>
        new("BP2401", Severity.Warning, span, $"Nothing uses the {what} `{name}`.", "Remove it, or say why it stays: `# bp:disable=BP2401 reason`.");

    public static Diagnostic BadService(SourceSpan span, string key, string rule) =>
        new("BP2301", Severity.Error, span, $"`{key}` names no service: {rule}.", "For example `node.zero-os__main`.");

    public static Diagnostic NotAService(SourceSpan span, string key) =>
        new("BP2302", Severity.Error, span, $"`{key}` is neither a service (`<template>__<instance>`) nor `actions` nor `eventfilters`.{Spelling.DidYouMean(key, ["actions", "eventfilters"])}", null, null, Nearest(span, key, ["actions", "eventfilters"]));

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(20).Select(name => $"`{name}`")) + (names.Count > 20 ? ", …" : "");

    private static RelatedSpan[]? Declared(SourceSpan? declared) => declared is { } span ? [new(span, "declared here")] : null;

    private static Fix[] Nearest(SourceSpan span, string word, IReadOnlyList<string> candidates) =>
        Spelling.Nearest(word, candidates) is { } nearest ? [new Fix(span, nearest, $"replace with `{nearest}`")] : [];
}
