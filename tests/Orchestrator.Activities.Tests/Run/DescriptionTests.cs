using Orchestrator.Model.Activities;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Activities.Tests.Run;

public class DescriptionTests
{
    [Fact]
    public void EveryActivity_IsDescribedAndItsExampleNamesItsInputs()
    {
        foreach (var activity in new ActivityCatalog(BuiltinActivities.All()).All)
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(activity.Example));
            var step = (YamlMappingNode)((YamlSequenceNode)yaml.Documents[0].RootNode)[0];
            if (activity.Name == "run") continue;
            Assert.Equal(activity.Name, ((YamlScalarNode)step["uses"]).Value!.Split('@')[0]);
            var given = step.Children.TryGetValue("with", out var with) ? ((YamlMappingNode)with).Children.Keys.Select(key => ((YamlScalarNode)key).Value!).ToArray() : [];
            Assert.All(given, name => Assert.True(activity.Input.Field(name) is not null, $"{activity.Name}: `{name}` is no input"));
            Assert.All(activity.Input.Fields.Where(field => field.Required), field => Assert.True(given.Contains(field.Name), $"{activity.Name}: `{field.Name}` is required"));
        }
    }
}
