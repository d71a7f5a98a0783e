using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Descriptors;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>TypeScript declarations for the script editors: Elsa's functions, and the workflow's own variables and inputs.</summary>
internal sealed class ScriptTypesApi(Workflows workflows)
{
    private const string Functions = """
        declare type Guid = string;
        declare type Byte = number;
        declare function getWorkflowDefinitionId(): string;
        declare function getWorkflowDefinitionVersionId(): string;
        declare function getWorkflowDefinitionVersion(): number;
        declare function getWorkflowInstanceId(): string;
        declare function getCorrelationId(): string;
        declare function setCorrelationId(value: string): void;
        declare function getWorkflowInstanceName(): string;
        declare function setWorkflowInstanceName(value: string): void;
        declare function setVariable(name: string, value: any): void;
        declare function getVariable(name: string): any;
        declare function getInput(name: string): any;
        declare function getOutputFrom(activityIdOrName: string, outputName?: string): any;
        declare function getLastResult(): any;
        declare function isNullOrWhiteSpace(value: string): boolean;
        declare function isNullOrEmpty(value: string): boolean;
        declare function parseGuid(value: string): Guid;
        declare function newShortGuid(): string;
        declare function newGuid(): Guid;
        declare function newGuidString(): string;
        declare function toJson(value: any): string;
        declare function bytesToString(value: Byte[]): string;
        declare function bytesFromString(value: string): Byte[];
        declare function bytesToBase64(value: Byte[]): string;
        declare function bytesFromBase64(value: string): Byte[];
        declare function stringFromBase64(value: string): string;
        declare function stringToBase64(value: string): string;

        """;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        // A question with a body, which changes nothing.
        routes.Add(HttpMethods.Post, "/scripting/javascript/type-definitions/{definitionId}", Role.Viewer, AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await context.BodyAsync().ConfigureAwait(false);
        var id = context.Path("definitionId");
        var text = new StringBuilder(Functions);
        if (request.Text("activityTypeName") == "Elsa.RunJavaScript") text.AppendLine("declare function setOutcome(outcome: string): void;").AppendLine("declare function setOutcomes(outcomes: string[]): void;");
        if (await workflows.FindAsync(id, "Latest", context.RequestAborted).ConfigureAwait(false) is { } workflow)
        {
            var model = await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false);
            var members = new StringBuilder();
            foreach (var variable in Declared(model, "variables"))
            {
                var type = TypeOf(variable.Text("typeName"), variable.Flag("isArray") ?? false);
                if (Identifier(variable.Text("name")) is not { } name) continue;
                text.Append("declare function get").Append(DescriptorShape.Capital(name)).Append("(): ").Append(type).AppendLine(";");
                text.Append("declare function set").Append(DescriptorShape.Capital(name)).Append("(value: ").Append(type).AppendLine("): void;");
                members.Append("  ").Append(name).Append(": ").Append(type).AppendLine(";");
            }

            foreach (var input in Declared(model, "inputs"))
                if (Identifier(input.Text("name")) is { } name)
                    text.Append("declare function get").Append(DescriptorShape.Capital(name)).Append("(): ").Append(TypeOf(input.Text("type"), input.Flag("isArray") ?? false)).AppendLine(";");
            text.AppendLine("declare const variables: {").Append(members).AppendLine("};");
        }

        await ElsaAnswer.FileAsync(context, $"elsa.{id}.d.ts", "application/x-typescript", Encoding.UTF8.GetBytes(text.ToString())).ConfigureAwait(false);
    }

    private static IEnumerable<JsonObject> Declared(JsonObject model, string list) => (model[list] as JsonArray)?.OfType<JsonObject>() ?? [];

    // A name that is no identifier is reached by getVariable only.
    private static string? Identifier(string? name) => name is { Length: > 0 } && (char.IsLetter(name[0]) || name[0] == '_') && name.All(letter => char.IsLetterOrDigit(letter) || letter == '_') ? name : null;

    private static string TypeOf(string? type, bool isArray) => type switch
    {
        "String" or "Guid" or "TimeSpan" => "string",
        "Boolean" => "boolean",
        "Int32" or "Int64" or "Long" or "Single" or "Double" or "Decimal" => "number",
        "DateTime" or "DateTimeOffset" => "Date",
        _ => "any",
    } + (isArray ? "[]" : "");
}
