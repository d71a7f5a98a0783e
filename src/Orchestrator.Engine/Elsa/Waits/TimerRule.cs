using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schedules;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Waits;

/// <summary>Delay, Timer, StartAt, Cron: wait until an instant. One that started the run has had it.</summary>
internal sealed class TimerRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (EventRule.IsTrigger(interpreter, activity, out _))
        {
            interpreter.Complete(activity);
            return;
        }

        var due = DueOf(activity, interpreter.Now);
        if (due <= interpreter.Now) interpreter.Complete(activity);
        else interpreter.Wait(activity, activity.Node.Type, "", due);
    }

    private static DateTimeOffset DueOf(ActivityState activity, DateTimeOffset now)
    {
        var given = activity.Inputs.Entries.Values.FirstOrDefault() ?? Value.Null;
        return activity.Node.Type switch
        {
            "Elsa.StartAt" => ElsaTypes.ToInstant(given) ?? throw Invalid("DateTime", "an instant such as 2030-01-31T12:00:00Z", given),
            "Elsa.Cron" => Next(given, now) ?? throw Invalid("CronExpression", "an expression that some instant to come fulfils", given),
            _ => now + (ElsaTypes.ToSpan(given) ?? throw Invalid("TimeSpan", "a span such as 00:01:30", given)),
        };
    }

    private static DateTimeOffset? Next(Value given, DateTimeOffset now) => CronExpression.TryParse(given.AsString() ?? "", CronDialect.Elsa, out var mistake) is { } cron
        ? cron.Next(now, TimeZoneInfo.Utc)
        : throw new FailureException("elsa.input", FailureKind.Permanent, $"CronExpression: {mistake!.Problem}");

    private static FailureException Invalid(string name, string expected, Value found) => new("elsa.input", FailureKind.Permanent, $"{name} must be {expected}, not {found}");
}
