using System.CommandLine;
using Orchestrator.Blueprints.Reference;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Api;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator activities [show NAME]</c></summary>
internal static class ActivitiesCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "For example firewall.open" };

    public static Command Create()
    {
        var show = new Command("show", "Print the reference page of an activity: inputs, outputs, effect, example") { Name };
        show.SetAction(Show);
        var list = new Command("list", "The same as without a word: what a step can use");
        list.SetAction(List);
        var command = new Command("activities", "List what a step can use") { list, show };
        command.SetAction(List);
        return command;
    }

    private static int List(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        if (parsed.GetValue(CommonOptions.Json))
        {
            foreach (var activity in Compiling.Catalog.All) Write(terminal.Output, activity);
            return ExitCode.Done;
        }

        var table = new Table("NAME", "EFFECT", "WHAT IT DOES");
        foreach (var activity in Compiling.Catalog.All)
            table.Add(($"{activity.Name}@{activity.Version}", Style.Strong), (RunJson.Name(activity.Effect), Style.Faint), (activity.Summary, Style.Plain));
        foreach (var line in table.Lines()) terminal.Write(terminal.IsInteractive ? line.Clip(terminal.Size().Width) : line);
        return ExitCode.Done;
    }

    private static int Show(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var name = parsed.GetRequiredValue(Name);
        var parts = name.Split('@', 2);
        var version = parts.Length == 2 && int.TryParse(parts[1], out var major) ? major : (int?)null;
        if (Compiling.Catalog.Find(parts[0], version) is not { } activity)
        {
            var nearest = Spelling.Nearest(parts[0], Compiling.Catalog.All.Select(known => known.Name));
            return terminal.Refuse(ExitCode.Rejected, $"there is no activity {name}{(nearest is null ? "" : $". Did you mean {nearest}?")}", "all of them: orchestrator activities");
        }

        if (parsed.GetValue(CommonOptions.Json)) Write(terminal.Output, activity);
        else terminal.Write(ReferencePages.OfActivity(activity).TrimEnd());
        return ExitCode.Done;
    }

    private static void Write(TextWriter output, ActivityDescriptor activity) => Json.WriteLine(output, writer =>
    {
        writer.WriteStartObject();
        ActivityJson.WriteFields(writer, activity);
        writer.WriteEndObject();
    });
}
