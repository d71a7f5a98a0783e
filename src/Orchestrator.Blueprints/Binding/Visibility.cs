namespace Orchestrator.Blueprints.Binding;

/// <summary>Which steps an expression may read: those that are done when it is evaluated.</summary>
internal static class Visibility
{
    /// <summary>Whether a value may read a step. Looks only at what is around the two: a long list costs nothing.</summary>
    public static bool Sees(ValuePlan value, StepPlan step, BlueprintPlan plan)
    {
        for (var outer = step; outer is not null; outer = outer.Parent)
        {
            if (outer != step && outer.IsForEach) return false;
            if (IsDone(outer, value, plan)) return true;
        }

        return false;
    }

    /// <summary>The steps a value may read, nearest first.</summary>
    public static IEnumerable<StepPlan> To(ValuePlan value, BlueprintPlan plan)
    {
        if (value.Step is not { } step) return plan.Steps.SelectMany(Inside);
        var before = Before(step, plan);
        return value.InUndo ? before.Concat(Inside(step)) : before;
    }

    private static bool IsDone(StepPlan step, ValuePlan value, BlueprintPlan plan)
    {
        if (value.Step is not { } at) return step.Siblings == plan.Steps;
        if (value.InUndo && step == at) return true;
        foreach (var inner in at.Ancestors())
        {
            if (step.Siblings == inner.Siblings && (inner.Role == "parallel" ? NeededBy(inner).Contains(step) : step.Index < inner.Index)) return true;
            var (steps, rescue) = inner.Parent is { } parent ? (parent.Steps, parent.Rescue) : (plan.Steps, plan.Rescue);
            if (inner.Role is "rescue" or "always" && step.Siblings == steps) return true;
            if (inner.Role == "always" && step.Siblings == rescue) return true;
        }

        return false;
    }

    // The steps done before a step starts, nearest first.
    private static IEnumerable<StepPlan> Before(StepPlan step, BlueprintPlan plan)
    {
        foreach (var inner in step.Ancestors())
        {
            var done = inner.Role == "parallel" ? NeededBy(inner) : inner.Siblings.TakeWhile(sibling => sibling != inner);
            foreach (var sibling in done)
                foreach (var visible in Inside(sibling)) yield return visible;

            // Rescue and always run after what they belong to; which of its steps are done is only known then.
            var (steps, rescue) = inner.Parent is { } parent ? (parent.Steps, parent.Rescue) : (plan.Steps, plan.Rescue);
            if (inner.Role is "rescue" or "always")
                foreach (var visible in steps.SelectMany(Inside)) yield return visible;
            if (inner.Role == "always")
                foreach (var visible in rescue.SelectMany(Inside)) yield return visible;
        }
    }

    // What later steps see of a step: it and what is in it; of a `foreach` only the step itself, whose outputs hold the items.
    private static IEnumerable<StepPlan> Inside(StepPlan step) => step.IsForEach
        ? [step]
        : step.Steps.Concat(step.Rescue).Concat(step.Always).SelectMany(Inside).Prepend(step);

    private static IEnumerable<StepPlan> NeededBy(StepPlan branch)
    {
        var found = new List<StepPlan>();
        var open = new Queue<StepPlan>([branch]);
        while (open.TryDequeue(out var next))
        {
            foreach (var need in next.Needs)
            {
                if (next.Siblings.Find(other => other.Id == need.Text) is not { } other || other == branch || found.Contains(other)) continue;
                found.Add(other);
                open.Enqueue(other);
            }
        }

        return found;
    }
}
