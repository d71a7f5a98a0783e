using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// Chooses the native library once per process: the system's when it is 3.40 or newer, because the distribution mends it, else the one that is carried along.
/// </summary>
internal static class SqliteLibrary
{
    /// <summary>The system's library, by its ABI name.</summary>
    private const string SystemName = "libsqlite3.so.0";

    private const int OldestSystemVersion = 3_040_000;
    private const int FirstWithStrictTables = 3_037_000;

    private const uint CloseOnExec = 1;

    private static readonly Lazy<int> Loaded = new(Load);

    // Once: the runtime asks for every function anew, and a second copy would know nothing of what the first was told.
    private static readonly Lazy<IntPtr> Carried = new(FromProgram);

    private static IntPtr _system;

    /// <summary>Version of the library in use, for example 3040001 for 3.40.1. The first call loads it.</summary>
    public static int Version => Loaded.Value;

    /// <summary>True when the library is the system's.</summary>
    public static bool IsSystem => Version > 0 && _system != IntPtr.Zero;

    /// <summary>True when the library knows STRICT tables.</summary>
    public static bool HasStrictTables => Version >= FirstWithStrictTables;

    private static int Load()
    {
        _system = FindSystem();
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return raw.sqlite3_libversion_number();
    }

    /// <summary>Zero leaves the name to the runtime, which says what it looked for.</summary>
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3") return IntPtr.Zero;
        if (_system != IntPtr.Zero) return _system;
        return NativeLibrary.TryLoad(name, assembly, path, out var beside) ? beside : Carried.Value;
    }

    /// <summary>
    /// The library inside the published program, which is one file. It is loaded from memory: there need be no folder to unpack to, and nobody else can put something there.
    /// </summary>
    private static IntPtr FromProgram()
    {
        using var carried = Assembly.GetEntryAssembly()?.GetManifestResourceStream("libe_sqlite3.so");
        if (carried is null || !OperatingSystem.IsLinux()) return IntPtr.Zero;
        var descriptor = CreateInMemory("e_sqlite3\0"u8.ToArray(), CloseOnExec);
        if (descriptor < 0) throw new DllNotFoundException($"SQLite is carried in the program, but memory to load it from cannot be had: {Marshal.GetLastPInvokeErrorMessage()}");
        using var memory = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write);
        carried.CopyTo(memory);
        memory.Flush();
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CreateInMemory(byte[] name, uint flags);

    private static IntPtr FindSystem()
    {
        if (!NativeLibrary.TryLoad(SystemName, out var library)) return IntPtr.Zero;
        if (NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var export)
            && Marshal.GetDelegateForFunctionPointer<VersionNumber>(export)() >= OldestSystemVersion) return library;
        NativeLibrary.Free(library);
        return IntPtr.Zero;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();
}
