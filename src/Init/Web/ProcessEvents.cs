using System.Buffers;
using System.Text.Json;
using Init.States;

namespace Init.Web;

/// <summary>
/// One server-sent event of the page's stream (HTML, section 9.2.6):
/// <code>
/// event     = "event: processes" LF "data: " processes LF LF | "event: memory" LF "data: " memory LF LF
/// processes = {"now":1700000000,"full":true,"processes":[{"name","group","state","statename","description","pid","start","stop",
///              "health","restarts"}],"removed":["group:name"]}
/// memory    = {"group:name":bytes}
/// </code>
/// A full event replaces all the page has; any other changes and removes the processes it names. Memory has those whose memory is another
/// than was told before, 0 for one that does not run any more. The JSON has no line ends, which would end the data.
/// </summary>
internal static class ProcessEvents
{
    /// <param name="rows">The processes that are new or changed; all of them in a full event.</param>
    /// <param name="removed">Processes that are gone, each as `group:name`.</param>
    /// <param name="now">Unix seconds of the same clock as the rows' times.</param>
    internal static void Write(
        IBufferWriter<byte> output, IReadOnlyList<ProcessRow> rows, IReadOnlyList<string> removed, bool full, long now)
    {
        output.Write("event: processes\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("now"u8, now);
            json.WriteBoolean("full"u8, full);
            json.WriteStartArray("processes"u8);
            foreach (var row in rows)
                WriteRow(json, row);
            json.WriteEndArray();
            json.WriteStartArray("removed"u8);
            foreach (var name in removed)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }

    /// <param name="memory">Resident bytes of a process's tree by `group:name`.</param>
    internal static void WriteMemory(IBufferWriter<byte> output, IReadOnlyList<KeyValuePair<string, long>> memory)
    {
        output.Write("event: memory\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var (name, bytes) in memory)
                json.WriteNumber(name, bytes);
            json.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }

    private static void WriteRow(Utf8JsonWriter json, ProcessRow row)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, row.Name);
        json.WriteString("group"u8, row.Group);
        json.WriteNumber("state"u8, (int)row.State);
        json.WriteString("statename"u8, row.State.Name());
        json.WriteString("description"u8, Html.Shown(row.Description));
        json.WriteNumber("pid"u8, row.Pid);
        json.WriteNumber("start"u8, row.Start);
        json.WriteNumber("stop"u8, row.Stop);
        json.WriteString("health"u8, row.Health);
        json.WriteNumber("restarts"u8, row.Restarts);
        json.WriteEndObject();
    }
}
