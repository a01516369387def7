using System.Text;
using System.Text.Json;
using Init.Output;
using Xunit;

namespace Init.Unit.Output;

public class JsonTests
{
    [Theory]
    [InlineData("""{"a":1}""", "\"a\":1")]
    [InlineData("""  { "a" : [1, {"b":null}], "c":"\u00e9\n" }  """, "\"a\" : [1, {\"b\":null}], \"c\":\"\\u00e9\\n\"")]
    [InlineData("{}", "")]
    [InlineData("""{"n":[-0,0.5,1e9,1E-2,-12.25e+3]}""", "\"n\":[-0,0.5,1e9,1E-2,-12.25e+3]")]
    [InlineData("""{"x":[[],{},""],"y":{"z":{}}}""", "\"x\":[[],{},\"\"],\"y\":{\"z\":{}}")]
    public void An_object_is_recognised(string line, string inner)
    {
        Assert.True(JsonScanner.TryObject(Encoding.UTF8.GetBytes(line), out _, out var found));
        Assert.Equal(inner, Encoding.UTF8.GetString(found));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("text")]
    [InlineData("[1]")]
    [InlineData("{a:1}")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":1.}""")]
    [InlineData("""{"a":+1}""")]
    [InlineData("""{"a":[1}""")]
    [InlineData("""{"a":"x}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("""{"a":"\u12g4"}""")]
    [InlineData("""{"a":1} {"b":2}""")]
    [InlineData("""{"a":1}}""")]
    [InlineData("""{"a" 1}""")]
    [InlineData("""{"a":tru}""")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("{\"a\":1}\0 \"b\"}")]
    [InlineData("{\"a\":1\0}")]
    [InlineData("{\"a\":1}\0}")]
    public void Anything_else_is_text(string line) => Assert.False(JsonScanner.TryObject(Encoding.UTF8.GetBytes(line), out _, out _));

    [Fact]
    public void Our_own_keys_are_seen_at_the_top_only()
    {
        Assert.True(JsonScanner.TryObject("""{"time":1,"x":{"program":2},"pid":3}"""u8, out var keys, out _));
        Assert.Equal(JsonKeys.Time | JsonKeys.Pid, keys);
    }

    [Fact]
    public void A_mutated_object_is_accepted_only_where_a_parser_accepts_it()
    {
        var random = new Random(11);
        var seed = """{"a":[1,-2.5e3,"q\"\\\u0041é",true,false,null,{}],"pid":{"b":[[],"x"]},"c":""}"""u8.ToArray();
        for (var n = 0; n < 50_000; n++)
        {
            var line = seed.ToArray().ToList();
            for (var change = random.Next(3); change >= 0; change--)
            {
                var at = random.Next(line.Count);
                switch (random.Next(3))
                {
                    case 0: line.RemoveAt(at); break;
                    case 1: line.Insert(at, seed[random.Next(seed.Length)]); break;
                    default: line[at] = (byte)random.Next(256); break;
                }
            }
            byte[] bytes = [.. line];
            var accepted = JsonScanner.TryObject(bytes, out _, out _);
            if (accepted)
                Assert.Equal(JsonValueKind.Object, Parse(bytes));
            else if (!Encoding.UTF8.GetString(bytes).Contains("\\u", StringComparison.Ordinal))
                Assert.NotEqual(JsonValueKind.Object, Parse(bytes)); // a key with an escape is refused on purpose
        }
    }

    private static JsonValueKind Parse(byte[] bytes)
    {
        try
        {
            _ = new UTF8Encoding(false, true).GetString(bytes);
            using var document = JsonDocument.Parse(bytes);
            return bytes.Contains((byte)'\n') ? JsonValueKind.Undefined : document.RootElement.ValueKind;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return JsonValueKind.Undefined;
        }
    }

    [Fact]
    public void Any_bytes_become_a_valid_string()
    {
        var random = new Random(5);
        for (var n = 0; n < 2000; n++)
        {
            var bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (n % 2 == 0)
                bytes = Encoding.UTF8.GetBytes("é\"\\\t\u0001\u2028" + (char)('a' + n % 26) + "\ud83d\ude00");
            var queue = new ByteQueue();
            JsonText.AppendEscaped(queue, bytes);
            var text = JsonDocument.Parse($"\"{Encoding.UTF8.GetString(queue.Unread)}\"").RootElement.GetString();
            Assert.Equal(Encoding.UTF8.GetString(bytes), text);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x88, 0x0A }, @"b'\x88\n'")]
    [InlineData(new byte[] { (byte)'R', (byte)'\'', 0x0D, 0x09, 0x7F, (byte)'\\' }, @"b""R'\r\t\x7f\\""")]
    [InlineData(new byte[] { (byte)'\'', (byte)'"' }, @"b'\'""'")]
    public void Bytes_look_as_Python_shows_them(byte[] bytes, string expected) => Assert.Equal(expected, PythonBytes.Repr(bytes));

    /// <summary>As U+009B, in two bytes, and U+202E, in three.</summary>
    [Fact]
    public void What_commands_a_terminal_or_turns_the_direction_is_escaped_and_comes_back()
    {
        for (var character = 1; character < 0xD800; character++)
        {
            var text = $"x{(char)character}y";
            var quoted = JsonText.Quote(text);
            Assert.DoesNotContain(quoted, one => Init.Os.VisibleText.IsCommand(one));
            Assert.Equal(text, JsonSerializer.Deserialize<string>(quoted));
        }
    }
}
