using Orchestrator.Activities;
using Orchestrator.EndToEnd.Tests.Layout;
using Orchestrator.Model.Activities;

namespace Orchestrator.EndToEnd.Tests.Shipped;

/// <summary>What every activity that is shipped owes its reader: an example that compiles, and a file where its name says.</summary>
public sealed class ActivityTests
{
    public static TheoryData<string> Names => [.. Builtin.Catalog.All.Select(activity => activity.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Example_OfAnActivity_CompilesAndUsesIt(string name)
    {
        var activity = Builtin.Catalog.Find(name)!;
        Builtin.CompileSteps(name, activity.Example);
        Assert.Matches($@"^- id: \w+\n(.*\n)*  (uses: {name}(@{activity.Version})?|{name}: \|)(\n|$)", activity.Example);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_OfAnActivity_IsTheWayToItsFile(string name)
    {
        var type = Builtin.Catalog.Find(name)!.Activity.GetType();
        var family = type.Namespace!["Orchestrator.Activities.".Length..];
        Assert.Equal(string.Concat(name.Split('.', '-').Select(part => char.ToUpperInvariant(part[0]) + part[1..])), type.Name);
        // A family is the noun, mostly in its plural: containers, proxies, notifications.
        Assert.StartsWith(name.Split('.')[0][..^1], family, StringComparison.OrdinalIgnoreCase);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "src", "Orchestrator.Activities", family, type.Name + ".cs")), $"{family}/{type.Name}.cs");
    }

    [Fact]
    public void Catalog_HasEveryActivityOfTheAssembly()
    {
        var classes = typeof(BuiltinActivities).Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(Activity)));
        Assert.Equal(classes.Select(type => type.Name).Order(), Builtin.Catalog.All.Select(activity => activity.Activity.GetType().Name).Order());
    }
}
