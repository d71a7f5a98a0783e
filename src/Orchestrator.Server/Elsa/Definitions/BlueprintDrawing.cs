using System.Text.Json.Nodes;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>
/// A compiled definition as a designer shows it: every activity says where in the blueprint it stands, and has the room that Studio draws it in. The compiled bytes place activities on a grid and stay as
/// they are; how large Studio draws one depends on its texts and on the ports it holds others in.
/// </summary>
internal static class BlueprintDrawing
{
    // What lies between two activities: an arrow and the name of the port it comes from; below each other only air.
    private const int GapAcross = 110;
    private const int GapDown = 50;

    // The compiler's grid, which fits most.
    private const int LeastAcross = 280;
    private const int LeastDown = 140;

    // As Studio's style draws them, in pixels.
    private const int Letter = 7;
    private const int IconAndEdges = 70;
    private const int PortEdges = 40;
    private const int EmptyPort = 80;
    private const int DescribedHeight = 90;
    private const int HoldingHeight = 195;

    /// <summary>Changes a copy that nobody else holds and gives it back; what is no blueprint stays as it is.</summary>
    public static JsonObject Of(JsonObject model)
    {
        var file = (string?)model["customProperties"]?["orchestrator"]?["source"]?["file"];
        if (file is null || model["root"] is not JsonObject root) return model;
        file = Path.GetFileName(file);
        foreach (var (activity, _, _) in ActivityTree.All(root))
        {
            if (activity["customProperties"]?["orchestrator"]?["span"] is not JsonArray { Count: 4 } span) continue;
            if (activity["metadata"] is not JsonObject metadata) activity["metadata"] = metadata = [];
            metadata["description"] = $"{file}:{(int)span[0]!}";
            metadata["showDescription"] = true;
        }

        // After all have their descriptions, which take room too.
        foreach (var (activity, _, _) in ActivityTree.All(root)) Spread(activity);
        return model;
    }

    private static void Spread(JsonObject flowchart)
    {
        var placed = (flowchart["activities"] as JsonArray ?? []).OfType<JsonObject>()
            .Select(activity => (Activity: activity, Position: activity["metadata"]?["designer"]?["position"] as JsonObject))
            .Where(one => one.Position is not null)
            .ToList();
        if (placed.Count == 0) return;
        Along("x", WidthOf, LeastAcross, GapAcross);
        Along("y", HeightOf, LeastDown, GapDown);

        void Along(string axis, Func<JsonObject, int> sizeOf, int least, int gap)
        {
            var lines = placed.GroupBy(one => (int)one.Position![axis]!).OrderBy(line => line.Key).ToList();
            var at = lines[0].Key;
            foreach (var line in lines)
            {
                foreach (var (_, position) in line) position![axis] = at;
                at += Math.Max(least, line.Max(one => sizeOf(one.Activity)) + gap);
            }
        }
    }

    private static int WidthOf(JsonObject activity)
    {
        var held = ActivityTree.ChildrenOf(activity).Select(child => PortEdges + (Letter * TextOf(child.Child))).ToList();
        var ports = (string?)activity["type"] == ActivityTypes.Block ? 3 : held.Count;
        return Math.Max(IconAndEdges + (Letter * TextOf(activity)), held.Sum() + (EmptyPort * Math.Max(0, ports - held.Count)) + PortEdges);
    }

    private static int HeightOf(JsonObject activity) => ActivityTree.ChildrenOf(activity).Any() ? HoldingHeight : DescribedHeight;

    /// <summary>Letters in the longest of its lines.</summary>
    private static int TextOf(JsonObject activity) =>
        new[] { activity["name"], activity["type"], activity["metadata"]?["description"] }.Max(text => ((string?)text)?.Length ?? 0);
}
