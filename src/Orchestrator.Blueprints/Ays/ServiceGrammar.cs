using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Ays;

/// <summary>The keys of an AYS file (2017-18) beside its services.</summary>
internal static class ServiceGrammar
{
    public static readonly Construct Action = new("actions", "Actions to schedule.",
    [
        new("action", BasicShapes.Text, "Name of the action, or several with commas between them.") { Required = true },
        new("actor", BasicShapes.Text, "Only services of this template; default: all."),
        new("service", BasicShapes.Text, "Only this service; default: all."),
        new("recurring", new DurationShape(), "Repeats it this often."),
        new("force", new BoolShape(), "True: also when it is done already.") { Default = Value.Of(false) },
    ]);

    public static readonly Construct EventFilter = new("eventfilters", "Events that services listen to.",
    [
        new("actor", BasicShapes.Text, "Only services of this template; default: all."),
        new("service", BasicShapes.Text, "Only this service; default: all."),
        new("channel", BasicShapes.Text, "Where the event comes from."),
        new("command", BasicShapes.Text, "Which event."),
        new("secret", new EitherShape(new ListShape(BasicShapes.Text), BasicShapes.Text), "What the sender must know."),
        new("actions", new EitherShape(new ListShape(BasicShapes.Text), BasicShapes.Text), "The actions to run."),
    ]);
}
