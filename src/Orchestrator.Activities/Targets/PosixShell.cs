using System.Globalization;
using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Targets;

/// <summary>
/// How a command travels to a machine where only a POSIX shell answers. The shell gets fixed text; arguments are positional parameters, and what may be
/// secret (environment, standard input) comes on standard input, so that nobody sees it in the list of processes.
/// </summary>
internal static class PosixShell
{
    /// <summary>
    /// Parameters: a mark, then the program and its arguments. Says <c>mark group</c> on standard error first, reads the preamble up to the mark, runs the
    /// program, and confirms an exit code of 255, which a lost connection looks like too. `env` keeps built-ins from shadowing programs.
    /// </summary>
    public const string Wrapper = """
        n=$1; shift
        read -r _ _ _ _ g _ </proc/$$/stat
        echo "$n $g" >&2
        e=; l=
        while IFS= read -r l && [ "$l" != "$n" ]; do e="$e$l
        "; done
        [ "$l" = "$n" ] || exit 125
        eval "$e"
        env "$@"; c=$?
        [ $c != 255 ] || printf '\n%s 255\n' "$n" >&2
        exit $c
        """;

    /// <summary>Parameters: a process group. TERM, and KILL when it is still there after two seconds.</summary>
    public const string EndGroup = """
        kill -s TERM -- "-$1" 2>/dev/null || exit 0
        i=0
        while [ $i -lt 20 ] && kill -s 0 -- "-$1" 2>/dev/null; do sleep 0.1; i=$((i+1)); done
        kill -s KILL -- "-$1" 2>/dev/null
        exit 0
        """;

    /// <summary>Parameters: path, greatest size. A line <c>mode owner</c>, then the content. 44 = no such file, 45 = too large.</summary>
    public const string Read = """
        [ -e "$1" ] || exit 44
        [ "$(stat -L -c %s -- "$1")" -le "$2" ] || exit 45
        stat -L -c '%a %U:%G' -- "$1" && exec cat -- "$1"
        """;

    /// <summary>
    /// Parameters: path, mode or nothing, owner or nothing, size. The content comes on standard input; a cut-off one is not taken. 44 = no such folder, 46 =
    /// no such owner, 47 = cut off.
    /// </summary>
    public const string Write = """
        p=$(readlink -f -- "$1" 2>/dev/null); p=${p:-$1}
        d=$(dirname -- "$p")
        [ -d "$d" ] || exit 44
        t=$(mktemp "$d/.${p##*/}.XXXXXX") || exit 1
        trap 'rm -f -- "$t"' EXIT
        trap 'exit 1' HUP TERM
        cat >"$t" || exit 1
        [ "$(stat -c %s -- "$t")" = "$4" ] || exit 47
        m=$2 o=$3
        if [ -e "$p" ]; then m=${m:-$(stat -c %a -- "$p")}; o=${o:-$(stat -c %u:%g -- "$p")}; fi
        [ -z "$o" ] || chown -- "$o" "$t" || exit 46
        chmod -- "${m:-644}" "$t" || exit 1
        sync "$t" && mv -f -- "$t" "$p" && sync "$d"
        """;

    /// <summary>An argument as a POSIX shell reads it back unchanged.</summary>
    public static string Quote(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>An argument vector as one line for a shell.</summary>
    public static string Quote(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>What <see cref="Wrapper"/> reads before the program starts: environment and folder, up to the mark; then the program's own input.</summary>
    public static byte[] Preamble(Command command, string mark)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in command.Environment)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
                throw new FailureException("command.environment", FailureKind.Permanent, $"`{name}` is no name for an environment variable: letters, digits and _ only");
            text.Append(CultureInfo.InvariantCulture, $"export {name}={Quote(value)}\n");
        }

        if (command.WorkingDirectory is { } folder)
            text.Append(CultureInfo.InvariantCulture, $"cd {Quote(folder)} || {{ printf '\\n%s folder\\n' \"$n\" >&2; exit 126; }}\n");
        text.Append(mark).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. (command.StandardInput ?? default).Span];
    }
}
