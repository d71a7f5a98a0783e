using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Server.Api;

/// <summary>Turns what a route throws into a problem.</summary>
internal static class Faults
{
    /// <summary>Puts it around every route.</summary>
    public static void Use(IApplicationBuilder app, Action<string> say) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await AnswerAsync(context, fault, say).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody is left to tell.
        }
    });

    private static Task AnswerAsync(HttpContext context, Exception fault, Action<string> say)
    {
        switch (fault)
        {
            case ProblemException said: return Problem.WriteAsync(context, said.Status, said.Code, said.Message, said.Diagnostics);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large: return Problem.WriteAsync(context, large.StatusCode, "api.tooLarge", large.Message);
            case BadHttpRequestException bad: return Problem.WriteAsync(context, bad.StatusCode, "api.badRequest", bad.Message);
            case JsonException json: return Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "api.badRequest", json.Message);
            case InputRejectedException inputs:
                return Problem.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, "api.inputsRejected", "The inputs do not fit; nothing was started.", inputs.Diagnostics);
            case FencedException: return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "store.owned", "Another process owns the store now.");
            case FailureException { Failure: { } failure } when failure.Code.StartsWith("run.", StringComparison.Ordinal) || failure.Code == "trigger.pathTaken":
                return Problem.WriteAsync(context, StatusCodes.Status409Conflict, failure.Code, failure.Message);
            case FailureException { Failure: { Code: "stimulus.tooLarge" } failure }: return Problem.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, failure.Code, failure.Message);
            case FailureException { Failure: { Code: "store.full" or "store.io" or "stimulus.full" } failure }:
                return Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Code, failure.Message);
        }

        // The message may hold anything; it goes to the operator's log and not to the client.
        say($"fault in {context.Request.Method} {context.Request.Path}: {fault}");
        return Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, "api.fault", "The server failed; its log says why.");
    }
}
