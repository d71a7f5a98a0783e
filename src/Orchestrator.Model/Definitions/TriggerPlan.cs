using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>What starts runs of a definition by itself. Its expressions see <c>event</c>, and of <c>vars</c> those that need no inputs.</summary>
/// <param name="Name">Unique in the definition.</param>
/// <param name="Kind"><c>webhook</c>, <c>cron</c>, <c>drift</c> or <c>event</c>.</param>
/// <param name="Settings">Constants, as the grammar has them for the kind; absent ones have their defaults.</param>
/// <param name="Enabled">False: kept, but starts nothing.</param>
/// <param name="If">Starts only when true; null = always.</param>
/// <param name="Dedupe">Occurrences with the same text start one run; null = by the delivery's own id.</param>
/// <param name="With">Gives the map of inputs; null = none are given.</param>
public sealed record TriggerPlan(string Name, string Kind, MapValue Settings, bool Enabled = true, Expression? If = null, Expression? Dedupe = null, Expression? With = null);
