using Init.States;

namespace Init.Web;

/// <summary>One process as the page shows it and the event stream sends it.</summary>
/// <param name="Description">As getProcessInfo has it: `pid 12, uptime 0:00:05`.</param>
/// <param name="Start">Unix seconds of the last start, 0 when there was none.</param>
/// <param name="Stop">Unix seconds of the last end, 0 when there was none.</param>
/// <param name="Health">What its healthcheck says: `healthy`; empty when it has none, or does not run.</param>
/// <param name="Restarts">How often it was started again by itself.</param>
internal readonly record struct ProcessRow(
    string Group, string Name, ProcessState State, string Description, int Pid, long Start, long Stop, string Health = "", int Restarts = 0)
{
    /// <summary>Resident bytes of its tree; 0 where that is not known. It comes on its own: who asks for rows does not wait for /proc.</summary>
    internal long Memory { get; init; }

    /// <summary>The name that actions and logs take: `name` where the group has the same name, else `group:name`.</summary>
    internal string Namespec => Group == Name ? Name : FullName;

    /// <summary>Both parts, always: what identifies the row in the page and in the event stream.</summary>
    internal string FullName => $"{Group}:{Name}";
}
