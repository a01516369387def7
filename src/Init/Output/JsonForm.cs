using System.Buffers.Text;
using System.Text;
using Init.Os;

namespace Init.Output;

/// <summary>
/// One JSON object a line: time, program, group, pid, stream, msg. A line that is an object already is merged with ours; where it has one
/// of our keys itself, its own stays.
/// </summary>
internal sealed class JsonForm : LineForm
{
    private readonly List<(JsonKeys Key, byte[] Member)> _fixed = [];

    /// <summary>All our members up to `"msg":"`, as most lines need them; made anew for each chunk.</summary>
    private readonly ByteQueue _head = new();

    internal JsonForm(string program, string? group, string stream)
    {
        _fixed.Add((JsonKeys.Program, Member("program", program)));
        if (group is not null)
            _fixed.Add((JsonKeys.Group, Member("group", group)));
        _fixed.Add((JsonKeys.Stream, Member("stream", stream)));
    }

    /// <summary>`"name":"value",`</summary>
    private static byte[] Member(string name, string value)
    {
        var member = new ByteQueue();
        member.Append(Encoding.UTF8.GetBytes($"\"{name}\":\""));
        JsonText.AppendEscaped(member, PosixText.Bytes(value));
        member.Append("\","u8);
        return member.Unread.ToArray();
    }

    internal override int Write(SharedStream stream, ReadOnlySpan<byte> lines, in LineOrigin origin)
    {
        ComposeHead(origin);
        var rest = lines;
        while (!rest.IsEmpty && !stream.IsCrowded)
        {
            var end = rest.IndexOf((byte)'\n');
            WriteLine(stream.Queue, rest[..end], origin);
            rest = rest[(end + 1)..];
        }
        return lines.Length - rest.Length;
    }

    internal override void WriteNotice(SharedStream stream, string text, in LineOrigin origin)
    {
        ComposeHead(origin);
        WriteText(stream.Queue, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A line of ours with a level.</summary>
    internal void WriteLeveled(ByteQueue to, string level, ReadOnlySpan<byte> text, in LineOrigin origin)
    {
        to.Append((byte)'{');
        AppendMembers(to, JsonKeys.None, origin);
        to.Append(Member("level", level));
        to.Append("\"msg\":\""u8);
        JsonText.AppendEscaped(to, text);
        to.Append("\"}\n"u8);
    }

    private void ComposeHead(in LineOrigin origin)
    {
        _head.Clear();
        _head.Append((byte)'{');
        AppendMembers(_head, JsonKeys.None, origin);
        _head.Append("\"msg\":\""u8);
    }

    private void WriteLine(ByteQueue to, ReadOnlySpan<byte> line, in LineOrigin origin)
    {
        if (!JsonScanner.TryObject(line, out var present, out var inner))
        {
            WriteText(to, line.TrimEnd((byte)'\r'));
            return;
        }
        to.Append((byte)'{');
        AppendMembers(to, present, origin);
        if (inner.IsEmpty)
            to.Append("\"msg\":\"\""u8); // `{}`: something has to follow our last comma
        to.Append(inner);
        to.Append("}\n"u8);
    }

    private void WriteText(ByteQueue to, ReadOnlySpan<byte> text)
    {
        to.Append(_head.Unread);
        JsonText.AppendEscaped(to, text);
        to.Append("\"}\n"u8);
    }

    /// <summary>Our members but for those that are there already, each with a comma behind it.</summary>
    private void AppendMembers(ByteQueue to, JsonKeys present, in LineOrigin origin)
    {
        if ((present & JsonKeys.Time) == 0)
        {
            to.Append("\"time\":\""u8);
            to.Advance(IsoTime.Write(to.Room(IsoTime.MaxLength), origin.Time));
            to.Append("\","u8);
        }
        foreach (var (key, member) in _fixed)
        {
            if (key == JsonKeys.Stream && (present & JsonKeys.Pid) == 0)
                AppendPid(to, origin.Pid);
            if ((present & key) == 0)
                to.Append(member);
        }
    }

    private static void AppendPid(ByteQueue to, int pid)
    {
        to.Append("\"pid\":"u8);
        _ = Utf8Formatter.TryFormat(pid, to.Room(11), out var length);
        to.Advance(length);
        to.Append((byte)',');
    }
}
