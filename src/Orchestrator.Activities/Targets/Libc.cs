using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orchestrator.Activities.Targets;

/// <summary>The few system calls that .NET has no class for.</summary>
internal static class Libc
{
    public const int Terminate = 15;
    public const int Kill = 9;
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET
    private const int Cwd = -100; // AT_FDCWD
    private const int Interrupted = 4; // EINTR
    private const uint OwnerMask = 0x18; // STATX_UID | STATX_GID

    /// <summary>Signals a whole process group, or only its leader while the group does not exist yet. A process that is gone is no error.</summary>
    public static void SignalGroup(int leader, int signal)
    {
        if (kill(-leader, signal) != 0) _ = kill(leader, signal);
    }

    /// <summary>Moves the calling thread into the namespace that <paramref name="file"/> stands for.</summary>
    public static void EnterNetworkNamespace(SafeFileHandle file)
    {
        if (setns(file, NetworkNamespace) != 0) throw Error();
    }

    /// <summary>User and group id of a file.</summary>
    public static unsafe (uint User, uint Group) Owner(string path)
    {
        // struct statx has one layout on every architecture: the ids are the sixth and seventh 32-bit words.
        var words = stackalloc uint[64];
        if (statx(Cwd, path, 0, OwnerMask, words) != 0) throw Error();
        return (words[5], words[6]);
    }

    /// <summary>Gives a file to a user and a group; <see cref="uint.MaxValue"/> leaves one as it is.</summary>
    public static void SetOwner(string path, uint user, uint group)
    {
        if (chown(path, user, group) != 0) throw Error();
    }

    /// <summary>Makes renames in a folder survive a power cut.</summary>
    public static void SyncFolder(string path)
    {
        var folder = open(path, 0);
        if (folder < 0) throw Error();
        _ = fsync(folder);
        _ = close(folder);
    }

    /// <summary>Reads what a pipe holds, without waiting; 0 = nothing now, or never again.</summary>
    public static unsafe int ReadNow(SafePipeHandle pipe, Span<byte> buffer)
    {
        const short readable = 1; // POLLIN
        while (true)
        {
            var ask = new PollFile { File = (int)pipe.DangerousGetHandle(), Events = readable };
            var ready = poll(&ask, 1, 0);
            nint count = 0;
            if (ready > 0 && (ask.Happened & readable) != 0)
                fixed (byte* start = buffer) count = read(pipe, start, buffer.Length);
            if ((ready < 0 || count < 0) && Marshal.GetLastPInvokeError() == Interrupted) continue;
            return (int)Math.Max(0, count);
        }
    }

    private static IOException Error()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    /// <summary>struct pollfd.</summary>
    private struct PollFile
    {
        public int File;
        public short Events;
        public short Happened;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe int poll(PollFile* files, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe nint read(SafePipeHandle pipe, byte* buffer, nint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    [DllImport("libc", SetLastError = true)]
    private static extern int setns(SafeFileHandle file, int kind);

    [DllImport("libc", SetLastError = true)]
    private static extern unsafe int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, uint* result);

    [DllImport("libc", SetLastError = true)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int file);
}
