using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary>
/// <c>orchestrator alter RUN</c>: changes a workflow made in Studio while it is open. All that is asked for is looked at as a whole first, on a copy of the run, and begun only when all of it can be done.
/// </summary>
internal static class AlterCommand
{
    private static readonly Option<int?> Migrate = new("--migrate") { Description = "Go on with this version of its definition", HelpName = "VERSION" };
    private static readonly Option<string[]> Set = new("--set") { Description = "Another value for a variable, by its id; VARIABLE=@FILE reads a file", HelpName = "VARIABLE=VALUE" };
    private static readonly Option<string[]> Cancel = new("--cancel") { Description = "Cancel an activity that is open: its id, or that of one execution", HelpName = "ACTIVITY" };
    private static readonly Option<string[]> Schedule = new("--schedule") { Description = "Run an activity again that failed, or anew a child of an open flowchart", HelpName = "ACTIVITY" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would become of it, and change nothing" };

    public static Command Create() => OperatorVerb.Create("alter", "Change a workflow made in Studio while it is open", ActAsync, Migrate, Set, Cancel, Schedule, DryRun);

    private static async Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var faults = new List<string>();
        var wishes = Wishes(parsed, run.RunId, terminal, faults);
        if (faults.Count > 0) return terminal.Refuse(ExitCode.Rejected, string.Join("; ", faults));
        if (wishes.Count == 0) return terminal.Refuse(ExitCode.Rejected, "what is to be altered?", "--migrate VERSION, --set VARIABLE=VALUE, --cancel ACTIVITY, --schedule ACTIVITY; done in this order");

        var refusals = await session.CheckAsync(run.RunId, wishes).ConfigureAwait(false);
        var refusal = refusals.FirstOrDefault(refusal => refusal is not null);
        if (!parsed.GetValue(DryRun)) return refusal is not null ? Refused(wishes, refusals, terminal) : await OperatorVerb.AskAsync(wishes, session, parsed, terminal).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) WriteJson(run.RunId, wishes, refusals, terminal);
        else if (refusal is null) foreach (var wish in wishes) terminal.Write($"could be done: {wish.Done}");
        return refusal is null ? ExitCode.Done : parsed.GetValue(CommonOptions.Json) ? ExitCode.Failed : Refused(wishes, refusals, terminal);
    }

    private static List<Wish> Wishes(ParseResult parsed, string runId, Terminal terminal, List<string> faults)
    {
        var wishes = new List<Wish>();
        if (parsed.GetValue(Migrate) is { } version) Add("Migrate", $"the run goes on with version {version}", ("targetVersion", Value.Of(version)));
        foreach (var (name, content) in GivenInputs.Contents(parsed.GetValue(Set), "--set", terminal, faults))
            Add("ModifyVariable", $"variable {name} is set", ("variableId", Value.Of(name)), ("value", GivenInputs.FromYaml(content)));
        foreach (var activity in parsed.GetValue(Cancel) ?? []) Add("CancelActivity", $"{activity} is cancelled", Named(activity));
        foreach (var activity in parsed.GetValue(Schedule) ?? []) Add("ScheduleActivity", $"{activity} runs", Named(activity));
        return wishes;

        // An execution's id is RUN-NUMBER.
        (string, Value) Named(string activity) => (activity.StartsWith(runId + "-", StringComparison.Ordinal) ? "activityInstanceId" : "activityId", Value.Of(activity));

        void Add(string type, string done, params IEnumerable<(string, Value)> members) => wishes.Add(new Wish("alter", runId, Value.Map([("type", Value.Of(type)), .. members]), done));
    }

    private static int Refused(List<Wish> wishes, IReadOnlyList<string?> refusals, Terminal terminal)
    {
        var at = refusals.ToList().FindIndex(refusal => refusal is not null);
        return terminal.Refuse(ExitCode.Failed, refusals[at]!, wishes.Count > 1 ? "nothing was changed: what was asked for is done as a whole or not at all" : null);
    }

    private static void WriteJson(string runId, List<Wish> wishes, IReadOnlyList<string?> refusals, Terminal terminal) => Json.WriteLine(terminal.Output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("runId", runId);
        writer.WriteBoolean("accepted", refusals.All(refusal => refusal is null));
        writer.WriteStartArray("alterations");
        for (var i = 0; i < wishes.Count; i++)
        {
            writer.WriteStartObject();
            foreach (var (name, value) in wishes[i].Body.Entries)
            {
                writer.WritePropertyName(name);
                PlainJson.Write(writer, value);
            }

            if (i < refusals.Count && refusals[i] is { } refusal) writer.WriteString("refusal", refusal);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
