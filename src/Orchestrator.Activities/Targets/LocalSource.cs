using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Targets;

/// <summary>A file of this machine that is sent to a target.</summary>
internal static class LocalSource
{
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new FailureException("file.notFound", FailureKind.Permanent, $"cannot send {Path.GetFullPath(path)} of this machine: {problem.Message}", problem);
        }
    }
}
