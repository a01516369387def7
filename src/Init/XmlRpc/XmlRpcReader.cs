using System.Globalization;
using System.Text;

namespace Init.XmlRpc;

/// <summary>
/// Reads requests as Supervisor does and responses as Python's client does, in one grammar:
/// <code>
/// call     = "methodCall" { "methodName" text, [ "params" { "param" value } ] }
/// response = "methodResponse" ( "params" "param" value | "fault" value )
/// value    = "value" ( text | typed )           a value without a type is a string
/// typed    = int i4 boolean string double dateTime.iso8601 base64 nil | "array" "data" { value } | "struct" { "member" "name" value }
/// </code>
/// A request's boolean is true for `1` alone, its base64 becomes text, and a type it does not know becomes the text inside.
/// In a response also i1, i2, i8 and biginteger are numbers, and what is unknown is an error.
/// </summary>
internal ref struct XmlRpcReader
{
    internal const string TimeFormat = "yyyyMMdd'T'HH:mm:ss";

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly bool _isRequest;
    private XmlScanner _scanner;

    private XmlRpcReader(string text, bool isRequest)
    {
        _scanner = new XmlScanner(text);
        _isRequest = isRequest;
    }

    /// <exception cref="XmlRpcException">Both kinds: HTTP 400 and a line in the log .</exception>
    internal static XmlRpcCall ReadCall(ReadOnlySpan<byte> document)
    {
        var reader = new XmlRpcReader(Decode(document), isRequest: true);
        return reader.Call();
    }

    /// <exception cref="RpcFault">The response is a fault.</exception>
    /// <exception cref="XmlRpcException">It is no response.</exception>
    internal static XmlRpcValue ReadResponse(ReadOnlySpan<byte> document)
    {
        var reader = new XmlRpcReader(Decode(document), isRequest: false);
        return reader.Response();
    }

    /// <summary>UTF-8, or Latin-1 when the declaration says so: PHP's clients write that.</summary>
    private static string Decode(ReadOnlySpan<byte> document)
    {
        if (document.StartsWith(Encoding.UTF8.Preamble))
            document = document[3..];
        var declaration = document[..Math.Max(0, Math.Min(document.IndexOf("?>"u8), 200))];
        try
        {
            return Encoding.ASCII.GetString(declaration).Contains("iso-8859-1", StringComparison.OrdinalIgnoreCase)
                ? Encoding.Latin1.GetString(document)
                : _utf8.GetString(document);
        }
        catch (DecoderFallbackException)
        {
            throw new XmlRpcException(XmlRpcError.Unmarshallable, "not UTF-8");
        }
    }

    private XmlRpcCall Call()
    {
        string? method = null;
        IReadOnlyList<XmlRpcValue> parameters = [];
        Open("methodCall");
        while (TryOpen(out var name))
            switch (name)
            {
                case "methodName": method = LeafText(); break;
                case "params": parameters = Parameters(); break;
                default: throw _scanner.Error("neither methodName nor params");
            }
        End();
        return method is { Length: > 0 }
            ? new XmlRpcCall(method, parameters)
            : throw new XmlRpcException(XmlRpcError.NoMethodName, "no method name");
    }

    private XmlRpcValue Response()
    {
        Open("methodResponse");
        if (!TryOpen(out var name)) throw _scanner.Error("an empty response");
        switch (name)
        {
            case "params":
                var values = Parameters();
                Close();
                End();
                return values.Count == 1 ? values[0] : throw _scanner.Error("not one value");
            case "fault":
                Open("value");
                var fault = Value() as XmlRpcStruct;
                Close();
                Close();
                End();
                throw fault?.Find("faultCode") is XmlRpcInteger(var code) && fault.Find("faultString") is XmlRpcString(var text)
                    ? new RpcFault((int)code, text)
                    : _scanner.Error("a fault without code and text");
            default:
                throw _scanner.Error("neither params nor fault");
        }
    }

    private List<XmlRpcValue> Parameters()
    {
        var values = new List<XmlRpcValue>();
        while (TryOpen("param"))
        {
            Open("value");
            values.Add(Value());
            Close();
        }
        return values;
    }

    /// <summary>What comes after `&lt;value>`, to its end.</summary>
    private XmlRpcValue Value()
    {
        var text = "";
        while (true)
            switch (_scanner.Next())
            {
                case XmlToken.Text:
                    text = _scanner.Text;
                    continue;
                case XmlToken.End:
                    return new XmlRpcString(text);
                default:
                    if (text.AsSpan().ContainsAnyExcept(" \t\n\r")) throw _scanner.Error("text beside a typed value");
                    var value = Typed();
                    Close();
                    return value;
            }
    }

    private XmlRpcValue Typed()
    {
        switch (_scanner.Name)
        {
            case "string": return new XmlRpcString(LeafText());
            case "int" or "i4": return new XmlRpcInteger(Number(LeafText()));
            case "i1" or "i2" or "i8" or "biginteger" when !_isRequest: return new XmlRpcInteger(Number(LeafText()));
            case "boolean": return new XmlRpcBoolean(Truth(LeafText()));
            case "double": return new XmlRpcDouble(Real(LeafText()));
            case "dateTime.iso8601": return new XmlRpcDateTime(Time(LeafText()));
            case "base64": return Base64(LeafText());
            case "array": return Array();
            case "struct": return Struct();
            case "nil":
                _ = LeafText();
                return XmlRpcNil.Instance;
            default:
                return _isRequest ? new XmlRpcString(LeafText()) : throw _scanner.Error("an unknown type");
        }
    }

    private XmlRpcArray Array()
    {
        var items = new List<XmlRpcValue>();
        Open("data");
        while (TryOpen("value"))
            items.Add(Value());
        Close();
        return new XmlRpcArray(items);
    }

    private XmlRpcStruct Struct()
    {
        var members = new List<KeyValuePair<string, XmlRpcValue>>();
        while (TryOpen("member"))
        {
            Open("name");
            var name = LeafText();
            Open("value");
            members.Add(KeyValuePair.Create(name, Value()));
            Close();
        }
        return new XmlRpcStruct(members);
    }

    private readonly long Number(string text) =>
        long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw _scanner.Error("no integer of 64 bits");

    private readonly bool Truth(string text) => text == "1" || (_isRequest || text == "0" ? false : throw _scanner.Error("no boolean"));

    private readonly double Real(string text) =>
        double.TryParse(text.AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw _scanner.Error("no number");

    private readonly DateTime Time(string text) =>
        DateTime.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw _scanner.Error("no time");

    private readonly XmlRpcValue Base64(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            return _isRequest ? new XmlRpcString(_utf8.GetString(bytes)) : new XmlRpcBase64(bytes);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw _scanner.Error("no base64, or none of UTF-8");
        }
    }

    private string LeafText()
    {
        var text = "";
        while (true)
            switch (_scanner.Next())
            {
                case XmlToken.Text: text = _scanner.Text; continue;
                case XmlToken.End: return text;
                default: throw _scanner.Error("an element where text belongs");
            }
    }

    /// <summary>The next element starts, and is this one.</summary>
    private void Open(string name)
    {
        if (!TryOpen(name)) throw _scanner.Error($"no {name}");
    }

    /// <summary>The next element starts, and is this one; or the one around it ends.</summary>
    private bool TryOpen(string name) => TryOpen(out var found) && (found.SequenceEqual(name) ? true : throw _scanner.Error($"not {name}"));

    private bool TryOpen(out ReadOnlySpan<char> name)
    {
        var token = NextMarkup();
        name = token == XmlToken.Start ? _scanner.Name : default;
        return token == XmlToken.Start;
    }

    /// <summary>The element around this place ends.</summary>
    private void Close()
    {
        if (NextMarkup() != XmlToken.End) throw _scanner.Error("an element too many");
    }

    private void End()
    {
        if (NextMarkup() != XmlToken.Finished) throw _scanner.Error("more than one document");
    }

    private XmlToken NextMarkup()
    {
        var token = _scanner.Next();
        if (token != XmlToken.Text) return token;
        return _scanner.TextIsBlank ? _scanner.Next() : throw _scanner.Error("text between elements");
    }
}
