using System.Text;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.XmlRpc;

public sealed class XmlRpcWriterTests
{
    [Fact]
    public void A_response_is_laid_out_as_Pythons()
    {
        // R-093: bytes of a real supervisord, but for the values
        Assert.Equal(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n<value><struct>\n<member>\n<name>name</name>\n" +
            "<value><string>a&lt;&amp;&gt;é</string></value>\n</member>\n<member>\n<name>pid</name>\n<value><int>-5</int></value>\n</member>\n" +
            "</struct></value>\n<value><boolean>1</boolean></value>\n</data></array></value>\n</param>\n</params>\n</methodResponse>\n",
            Write(writer =>
            {
                writer.BeginResponse();
                writer.BeginArray();
                writer.BeginStruct();
                writer.Member("name"u8, "a<&>é");
                writer.Member("pid"u8, -5);
                writer.EndStruct();
                writer.Boolean(true);
                writer.EndArray();
                writer.EndResponse();
            }));
    }

    [Fact]
    public void A_fault_is_laid_out_as_Pythons() => Assert.Equal(
        "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n<value><int>10</int></value>\n</member>\n" +
        "<member>\n<name>faultString</name>\n<value><string>BAD_NAME: x</string></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n",
        Write(writer => writer.FaultResponse((int)FaultCode.BadName, new RpcFault(FaultCode.BadName, "x").Message)));

    [Theory]
    [InlineData(0, "<int>0</int>")]
    [InlineData(int.MaxValue, "<int>2147483647</int>")]
    [InlineData(int.MinValue, "<int>-2147483648</int>")]
    [InlineData(int.MaxValue + 1L, "<i8>2147483648</i8>")]
    [InlineData(long.MinValue, "<i8>-9223372036854775808</i8>")]
    public void Integers_beyond_32_bits_are_i8(long number, string expected) =>
        Assert.Equal($"<value>{expected}</value>\n", Write(writer => writer.Integer(number)));

    [Theory] // R-073: always valid XML
    [InlineData("tab\tline\n", "tab\tline\n")]
    [InlineData("cr\r\n", "cr&#13;\n")]
    [InlineData("\u001b[1m\0", "\uFFFD[1m\uFFFD")]
    [InlineData("\uFFFE\uFFFF\u007f", "\uFFFD\uFFFD\u007f")]
    [InlineData("\"'", "\"'")]
    [InlineData("😀", "😀")]
    public void Text_is_escaped_and_made_valid(string text, string expected)
    {
        Assert.Equal($"<value><string>{expected}</string></value>\n", Write(writer => writer.String(text)));
        Assert.Equal($"<value><string>{expected}</string></value>\n", Write(writer => writer.String(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void What_is_no_text_is_replaced()
    {
        Assert.Equal("<value><string>a\uFFFDb</string></value>\n", Write(writer => writer.String("a\ud800b")));
        Assert.Equal("<value><string>\uFFFD\uFFFDa\uFFFD</string></value>\n", Write(writer => writer.String([0x88, 0xC3, (byte)'a', 0xE2, 0x82])));
    }

    [Theory]
    [InlineData(1.5, "1.5")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1e300, "1E+300")]
    public void Doubles_read_back_the_same(double number, string expected) =>
        Assert.Equal($"<value><double>{expected}</double></value>\n", Write(writer => writer.Double(number)));

    [Fact]
    public void Every_fault_has_its_code_and_name()
    {
        Assert.Equal(
            "1 UNKNOWN_METHOD, 2 INCORRECT_PARAMETERS, 3 BAD_ARGUMENTS, 4 SIGNATURE_UNSUPPORTED, 6 SHUTDOWN_STATE, 10 BAD_NAME, 11 BAD_SIGNAL, " +
            "20 NO_FILE, 21 NOT_EXECUTABLE, 30 FAILED, 40 ABNORMAL_TERMINATION, 50 SPAWN_ERROR, 60 ALREADY_STARTED, 70 NOT_RUNNING, 80 SUCCESS, " +
            "90 ALREADY_ADDED, 91 STILL_RUNNING, 92 CANT_REREAD",
            string.Join(", ", Enum.GetValues<FaultCode>().Select(code => $"{(int)code} {code.Name()}")));
        Assert.Equal("BAD_NAME: ", new RpcFault(FaultCode.BadName, "").Message); // R-015
        Assert.Equal("UNKNOWN_METHOD", new RpcFault(FaultCode.UnknownMethod).Message);
    }

    [Fact]
    public void Values_come_back_as_they_went()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var writer = new XmlRpcWriter();
        for (var i = 0; i < 500; i++)
        {
            var value = RandomValue(random, 4);
            writer.Clear();
            writer.BeginResponse();
            writer.Value(value);
            writer.EndResponse();
            Assert.True(Describe(value) == Describe(XmlRpcReader.ReadResponse(writer.Written)), $"seed {seed}, value {i}: {Describe(value)}");
        }
    }

    [Fact]
    public void Calls_come_back_as_they_went()
    {
        var writer = new XmlRpcWriter();
        writer.BeginCall("supervisor.tail<>");
        foreach (var parameter in new XmlRpcValue[] { "näme", -1600, true })
        {
            writer.BeginParameter();
            writer.Value(parameter);
            writer.EndParameter();
        }
        writer.EndCall();
        var call = XmlRpcReader.ReadCall(writer.Written);
        Assert.Equal("supervisor.tail<>", call.MethodName);
        Assert.Equal(["näme", -1600, true], call.Parameters);
    }

    [Fact]
    public void A_list_that_is_written_again_allocates_nothing()
    {
        var writer = new XmlRpcWriter();
        Write50(writer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write50(writer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Write50(XmlRpcWriter writer)
        {
            writer.Clear();
            writer.BeginResponse();
            writer.BeginArray();
            for (var i = 0; i < 50; i++)
            {
                writer.BeginStruct();
                writer.Member("name"u8, "program <1>");
                writer.Member("pid"u8, 12345678901);
                writer.EndStruct();
            }
            writer.EndArray();
            writer.EndResponse();
        }
    }

    private static XmlRpcValue RandomValue(Random random, int depth) => random.Next(depth > 0 ? 9 : 7) switch
    {
        0 => RandomText(random),
        1 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        2 => random.Next(2) == 0,
        3 => new XmlRpcDouble((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300))),
        4 => new XmlRpcDateTime(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddSeconds(random.Next())),
        5 => new XmlRpcBase64(RandomBytes(random)),
        6 => XmlRpcNil.Instance,
        7 => new XmlRpcArray([.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomValue(random, depth - 1))]),
        _ => new XmlRpcStruct([.. Enumerable.Range(0, random.Next(5)).Select(_ => KeyValuePair.Create(RandomText(random), RandomValue(random, depth - 1)))]),
    };

    private static string RandomText(Random random)
    {
        const string letters = "ab <>&'\"\t\n\r]é漢\u0085\u2028";
        return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(20) == 0 ? "😀" : letters[random.Next(letters.Length)].ToString()));
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(100)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Describe(XmlRpcValue value) => value switch
    {
        XmlRpcArray(var items) => $"[{string.Join(", ", items.Select(Describe))}]",
        XmlRpcStruct(var members) => $"{{{string.Join(", ", members.Select(member => $"{member.Key}: {Describe(member.Value)}"))}}}",
        XmlRpcBase64(var bytes) => Convert.ToHexString(bytes),
        _ => value.ToString(),
    };

    /// <summary>Also where a character is cut in two, begun and not ended, or none at all.</summary>
    [Fact]
    public void A_string_in_parts_is_the_string()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = round % 2 == 0 ? RandomBytes(random) : [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("aé漢😀<\r", 5)))[random.Next(5)..]];
            var size = random.Next(4, 20);
            Assert.Equal(Write(writer => writer.String(bytes)), Write(writer =>
            {
                writer.BeginString();
                for (var at = 0; at < bytes.Length;)
                    at += writer.StringPart(bytes.AsSpan(at, Math.Min(size, bytes.Length - at)), isLast: bytes.Length - at <= size);
                writer.EndString();
            }));
        }
    }

    [Fact]
    public void A_long_text_is_whole_and_its_characters_are()
    {
        foreach (var text in new[] { string.Concat(Enumerable.Repeat("😀", 9000)), "a" + string.Concat(Enumerable.Repeat("😀", 9000)), new string('&', 30_000) })
            Assert.Equal(text, ((XmlRpcString)XmlRpcReader.ReadResponse(Encoding.UTF8.GetBytes(Write(writer =>
            {
                writer.BeginResponse();
                writer.String(text);
                writer.EndResponse();
            })))).Text);
    }

    private static string Write(Action<XmlRpcWriter> write)
    {
        var writer = new XmlRpcWriter();
        write(writer);
        return Encoding.UTF8.GetString(writer.Written);
    }
}
