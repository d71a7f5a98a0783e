using System.Globalization;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Targets;

/// <summary>User and group names of this machine, from /etc/passwd and /etc/group; numbers stand for themselves.</summary>
internal static class Owners
{
    private const string Users = "/etc/passwd";
    private const string Groups = "/etc/group";

    /// <summary><c>user:group</c> for a pair of ids.</summary>
    public static string Name(uint user, uint group) => $"{NameOf(Users, user)}:{NameOf(Groups, group)}";

    /// <summary>The ids for <c>user</c> or <c>user:group</c>; the greatest number stands for "leave it".</summary>
    public static (uint User, uint Group) Ids(string owner)
    {
        var parts = owner.Split(':', 2);
        return (parts[0].Length == 0 ? uint.MaxValue : IdOf(Users, parts[0]), parts.Length == 1 ? uint.MaxValue : IdOf(Groups, parts[1]));
    }

    /// <summary>Ids and home of a user, for running programs as that user.</summary>
    public static (uint User, uint Group, string Home) User(string name)
    {
        var fields = Lines(Users).FirstOrDefault(fields => fields.Length > 5 && (fields[0] == name || fields[2] == name)) ?? throw Unknown("user", name, Users);
        return (uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture), fields[5]);
    }

    private static string NameOf(string file, uint id)
    {
        var number = id.ToString(CultureInfo.InvariantCulture);
        return Lines(file).FirstOrDefault(fields => fields.Length > 2 && fields[2] == number)?[0] ?? number;
    }

    private static uint IdOf(string file, string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        var fields = Lines(file).FirstOrDefault(fields => fields.Length > 2 && fields[0] == name) ?? throw Unknown(file == Users ? "user" : "group", name, file);
        return uint.Parse(fields[2], CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string[]> Lines(string file) => File.ReadLines(file).Select(line => line.Split(':'));

    private static FailureException Unknown(string what, string name, string file) =>
        new("file.ownerUnknown", FailureKind.Permanent, $"there is no {what} `{name}` in {file} of this machine");
}
