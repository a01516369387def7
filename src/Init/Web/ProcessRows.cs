using Init.Processes;

namespace Init.Web;

/// <summary>The processes as rows, of the loop thread.</summary>
internal static class ProcessRows
{
    /// <param name="since">Only those that have changed after this count of <see cref="Reports.Changes"/>; 0 for all.</param>
    internal static List<ProcessRow> Of(ProcessGroups groups, DateTimeOffset now, long since = 0)
    {
        var rows = new List<ProcessRow>();
        foreach (var process in groups.ByName)
            if (since == 0 || process.Changed > since)
                rows.Add(new ProcessRow(
                    process.Group,
                    process.Config.Name,
                    process.Status.State,
                    ProcessDescription.Of(process, now),
                    process.Status.Pid,
                    process.Status.Started?.Wall.ToUnixTimeSeconds() ?? 0,
                    process.Status.Stopped?.ToUnixTimeSeconds() ?? 0,
                    process.Health.Word(),
                    process.History.Restarts));
        return rows;
    }
}
