namespace Orchestrator.Model.Definitions;
internal static class DefinitionJson { public static string Write(Definition d, bool indented) => d.Name; }
