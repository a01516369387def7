using System.Buffers.Text;
using System.Globalization;
using Init.Os;

namespace Init.XmlRpc;

/// <summary>
/// Writes documents. The layout is Python's (R-093):
/// <code>
/// response = XML "&lt;methodResponse>" LF ( "&lt;params>" LF param "&lt;/params>" LF | "&lt;fault>" LF value "&lt;/fault>" LF ) "&lt;/methodResponse>" LF
/// param    = "&lt;param>" LF value "&lt;/param>" LF
/// value    = "&lt;value>" typed "&lt;/value>" LF
/// array    = "&lt;array>&lt;data>" LF { value } "&lt;/data>&lt;/array>"
/// struct   = "&lt;struct>" LF { "&lt;member>" LF "&lt;name>" text "&lt;/name>" LF value "&lt;/member>" LF } "&lt;/struct>"
/// </code>
/// </summary>
internal sealed partial class XmlRpcWriter(int most = int.MaxValue) : Pieces(most)
{
    internal void BeginCall(string method)
    {
        Raw("<?xml version='1.0'?>\n<methodCall>\n<methodName>"u8);
        Text(method);
        Raw("</methodName>\n<params>\n"u8);
    }

    internal void EndCall() => Raw("</params>\n</methodCall>\n"u8);

    internal void BeginParameter() => Raw("<param>\n"u8);

    internal void EndParameter() => Raw("</param>\n"u8);

    /// <summary>One value follows, then <see cref="EndResponse"/>.</summary>
    internal void BeginResponse() => Raw("<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n"u8);

    internal void EndResponse() => Raw("</param>\n</params>\n</methodResponse>\n"u8);

    /// <summary>A whole response that is a fault (R-094).</summary>
    internal void FaultResponse(int code, string text)
    {
        Raw("<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"u8);
        Fault(code, text);
        Raw("</fault>\n</methodResponse>\n"u8);
    }

    /// <summary>The struct of a fault, which is also what multicall has in its place (R-089).</summary>
    internal void Fault(int code, string text)
    {
        BeginStruct();
        Member("faultCode"u8, code);
        Member("faultString"u8, text);
        EndStruct();
    }

    internal void BeginArray() => Raw("<value><array><data>\n"u8);

    internal void EndArray() => Raw("</data></array></value>\n"u8);

    internal void BeginStruct() => Raw("<value><struct>\n"u8);

    internal void EndStruct() => Raw("</struct></value>\n"u8);

    /// <summary>One value follows, then <see cref="EndMember"/>.</summary>
    internal void BeginMember(string name)
    {
        Raw("<member>\n<name>"u8);
        Text(name);
        Raw("</name>\n"u8);
    }

    /// <summary>The same for a name without markup.</summary>
    internal void BeginMember(ReadOnlySpan<byte> name)
    {
        Raw("<member>\n<name>"u8);
        Raw(name);
        Raw("</name>\n"u8);
    }

    internal void EndMember() => Raw("</member>\n"u8);

    // These two make nearly all of the list of processes: the tags of a member and of its value are written together.
    internal void Member(ReadOnlySpan<byte> name, string value)
    {
        Raw("<member>\n<name>"u8);
        Raw(name);
        Raw("</name>\n<value><string>"u8);
        Text(value);
        Raw("</string></value>\n</member>\n"u8);
    }

    internal void Member(ReadOnlySpan<byte> name, long value)
    {
        var small = IsInt(value);
        Raw("<member>\n<name>"u8);
        Raw(name);
        Raw(small ? "</name>\n<value><int>"u8 : "</name>\n<value><i8>"u8);
        Digits(value);
        Raw(small ? "</int></value>\n</member>\n"u8 : "</i8></value>\n</member>\n"u8);
    }

    internal void Member(ReadOnlySpan<byte> name, bool value)
    {
        BeginMember(name);
        Boolean(value);
        EndMember();
    }

    internal void String(string text)
    {
        Raw("<value><string>"u8);
        Text(text);
        Raw("</string></value>\n"u8);
    }

    /// <summary>Bytes of a log: what is not UTF-8 or no XML character becomes U+FFFD, so that the reply is always valid.</summary>
    internal void String(ReadOnlySpan<byte> utf8)
    {
        BeginString();
        Text(utf8);
        EndString();
    }

    /// <summary>Text in parts follows, then <see cref="EndString"/>.</summary>
    internal void BeginString() => Raw("<value><string>"u8);

    internal void EndString() => Raw("</string></value>\n"u8);

    /// <summary>A part of the text of a string; unless it is the last, it ends where a character does as far as is known.</summary>
    /// <returns>How many bytes were written: the others may be the begin of a character.</returns>
    internal int StringPart(ReadOnlySpan<byte> utf8, bool isLast)
    {
        if (!isLast)
            utf8 = utf8[..^Unfinished(utf8)];
        Text(utf8);
        return utf8.Length;
    }

    internal void Integer(long number)
    {
        var small = IsInt(number);
        Raw(small ? "<value><int>"u8 : "<value><i8>"u8);
        Digits(number);
        Raw(small ? "</int></value>\n"u8 : "</i8></value>\n"u8);
    }

    internal void Boolean(bool value) => Raw(value ? "<value><boolean>1</boolean></value>\n"u8 : "<value><boolean>0</boolean></value>\n"u8);

    internal void Double(double number)
    {
        Raw("<value><double>"u8);
        Text(number.ToString("R", CultureInfo.InvariantCulture));
        Raw("</double></value>\n"u8);
    }

    internal void DateTime(DateTime time)
    {
        Raw("<value><dateTime.iso8601>"u8);
        Text(time.ToString(XmlRpcReader.TimeFormat, CultureInfo.InvariantCulture));
        Raw("</dateTime.iso8601></value>\n"u8);
    }

    internal void Base64(ReadOnlySpan<byte> bytes)
    {
        Raw("<value><base64>\n"u8);
        _ = System.Buffers.Text.Base64.EncodeToUtf8(bytes, Room(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var count);
        Advance(count);
        Raw("\n</base64></value>\n"u8);
    }

    internal void Nil() => Raw("<value><nil/></value>\n"u8);

    internal void Value(XmlRpcValue value)
    {
        switch (value)
        {
            case XmlRpcString(var text): String(text); break;
            case XmlRpcInteger(var number): Integer(number); break;
            case XmlRpcBoolean(var truth): Boolean(truth); break;
            case XmlRpcDouble(var number): Double(number); break;
            case XmlRpcDateTime(var time): DateTime(time); break;
            case XmlRpcBase64(var bytes): Base64(bytes); break;
            case XmlRpcArray(var items):
                BeginArray();
                foreach (var item in items)
                    Value(item);
                EndArray();
                break;
            case XmlRpcStruct(var members):
                BeginStruct();
                foreach (var (name, member) in members)
                {
                    BeginMember(name);
                    Value(member);
                    EndMember();
                }
                EndStruct();
                break;
            default: Nil(); break;
        }
    }

    /// <summary>Python's clients take `int` and `i8` of any size; other clients take an `int` for 32 bits.</summary>
    private static bool IsInt(long number) => number is >= int.MinValue and <= int.MaxValue;

    private void Digits(long number)
    {
        _ = Utf8Formatter.TryFormat(number, Room(20), out var count);
        Advance(count);
    }
}
