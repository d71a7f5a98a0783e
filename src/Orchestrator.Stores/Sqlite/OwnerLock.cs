namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// One process owns a store: it holds an exclusive lock on the file <c>{database}.lock</c>, which the kernel frees when the process dies, however it dies.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private const int WouldBlock = 11; // EWOULDBLOCK on Linux

    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another process, or another store of this one, holds it.</summary>
    public static OwnerLock? TryTake(string databasePath)
    {
        try
        {
            return new OwnerLock(new FileStream(databasePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)); // flock(LOCK_EX | LOCK_NB)
        }
        catch (IOException taken) when (taken.HResult == WouldBlock)
        {
            return null;
        }
    }

    /// <summary>Frees the lock. The file stays: removing it would let a third process lock a new file of the same name while a second one holds this one.</summary>
    public void Dispose() => _file.Dispose();
}
