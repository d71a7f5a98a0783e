namespace Orchestrator.Model.Schedules;

/// <summary>How a cron expression is written and what a restricted day of month beside a restricted day of week means.</summary>
public enum CronDialect
{
    /// <summary>Blueprints: minute, hour, day of month, month, day of week, as crontab(5) has them. When both days are restricted, either may match.</summary>
    Blueprint,

    /// <summary>
    /// Elsa: six fields, seconds first. When both days are restricted, both must match. Also <c>?</c> for <c>*</c>, ranges that run over the end (<c>22-2</c>), <c>L</c> (last day of the
    /// month), <c>15W</c> and <c>LW</c> (nearest weekday), <c>5L</c> (last Friday), <c>1#2</c> (second Monday), and <c>@hourly</c> and its kin.
    /// </summary>
    Elsa,
}
