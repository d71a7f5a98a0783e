using System.Reflection;
using System.Runtime.InteropServices;
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

    private static readonly Lazy<int> Loaded = new(Load);

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

    /// <summary>Zero leaves the name to the runtime, which finds the carried library beside the program.</summary>
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == "e_sqlite3" ? _system : IntPtr.Zero;

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
