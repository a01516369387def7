using System.Text;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.XmlRpc;

public sealed class XmlRpcReaderTests
{
    [Theory]
    [InlineData("<int>5</int>", 5L)]
    [InlineData("<i4> -7\n</i4>", -7L)]
    [InlineData("<int>+3</int>", 3L)]
    [InlineData("<int>-2147483648</int>", -2147483648L)]
    [InlineData("<int>9223372036854775807</int>", long.MaxValue)]
    [InlineData("<string>a &lt;&amp;&gt; &#x41;&#66;</string>", "a <&> AB")]
    [InlineData("<string/>", "")]
    [InlineData("<string></string>", "")]
    [InlineData("<string>\r\nx\ry</string>", "\nx\ny")]
    [InlineData("<string>&#13;</string>", "\r")]
    [InlineData("<string>a<!-- not here -->b<![CDATA[<c>&amp;]]></string>", "ab<c>&amp;")]
    [InlineData(" untyped ", " untyped ")]
    [InlineData("", "")]
    [InlineData("\n<string> x </string>\n", " x ")]
    [InlineData("<boolean>1</boolean>", true)]
    [InlineData("<boolean>0</boolean>", false)]
    [InlineData("<double>-1.5e3</double>", -1500.0)]
    [InlineData("<nil/>", null)]
    public void A_value_is_read_in_requests_and_responses(string xml, object? expected)
    {
        Assert.Equal(Value(expected), Assert.Single(ReadCall(xml).Parameters));
        Assert.Equal(Value(expected), ReadResponse(xml));
    }

    [Theory] // what a request means is wider than what a response means.
    [InlineData("<boolean>true</boolean>", false, null)]
    [InlineData("<i8>5</i8>", "5", 5L)]
    [InlineData("<unknown>x</unknown>", "x", null)]
    [InlineData("<base64>aGk=</base64>", "hi", "base64")]
    public void Requests_and_responses_differ_in(string xml, object request, object? response)
    {
        Assert.Equal(Value(request), Assert.Single(ReadCall(xml).Parameters));
        if (response is null)
            Assert.Equal(XmlRpcError.Unmarshallable, Assert.Throws<XmlRpcException>(() => ReadResponse(xml)).Error);
        else if (response is "base64")
            Assert.Equal("hi"u8.ToArray(), Assert.IsType<XmlRpcBase64>(ReadResponse(xml)).Bytes);
        else
            Assert.Equal(Value(response), ReadResponse(xml));
    }

    [Theory]
    [InlineData("<int></int>")]
    [InlineData("<int>x</int>")]
    [InlineData("<int>1.0</int>")]
    [InlineData("<int>9223372036854775808</int>")]
    [InlineData("<double>one</double>")]
    [InlineData("<dateTime.iso8601>2026-11-21</dateTime.iso8601>")]
    [InlineData("<base64>*</base64>")]
    [InlineData("<int>1</int><int>2</int>")]
    [InlineData("text<int>1</int>")]
    [InlineData("<int>1</int>text")]
    [InlineData("<string><b>x</b></string>")]
    [InlineData("<array></array>")]
    [InlineData("<array><data><int>1</int></data></array>")]
    [InlineData("<struct><member><value>1</value></member></struct>")]
    [InlineData("<struct><member><name>x</name></member></struct>")]
    [InlineData("<struct><name>x</name></struct>")]
    [InlineData("<string>&nbsp;</string>")]
    [InlineData("<string>&amp</string>")]
    [InlineData("<string>&#0;</string>")]
    [InlineData("<string>&#xD800;</string>")]
    [InlineData("<string>&#xFFFF;</string>")]
    [InlineData("<string>\u0001</string>")]
    [InlineData("<string>]]></string>")]
    [InlineData("<string>x</int>")]
    [InlineData("<string x=1>x</string>")]
    [InlineData("<string x='1' x='2'>x</string>")]
    [InlineData("<string x='<'>x</string>")]
    [InlineData("<string><!-- -- --></string>")]
    [InlineData("<string><![CDATA[x</string>")]
    [InlineData("< string>x</string>")]
    [InlineData("<1>x</1>")]
    public void What_is_malformed_is_refused(string xml)
    {
        Assert.Equal(XmlRpcError.Unmarshallable, Assert.Throws<XmlRpcException>(() => ReadCall(xml)).Error);
        Assert.Equal(XmlRpcError.Unmarshallable, Assert.Throws<XmlRpcException>(() => ReadResponse(xml)).Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("<methodCall>")]
    [InlineData("<methodCall><methodName>x</methodName></methodCall><more/>")]
    [InlineData("<methodCall><methodName>x</methodName></methodCall>text")]
    [InlineData("text<methodCall><methodName>x</methodName></methodCall>")]
    [InlineData(" <?xml version='1.0'?><methodCall><methodName>x</methodName></methodCall>")]
    [InlineData("<!DOCTYPE methodCall><methodCall><methodName>x</methodName></methodCall>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><methodCall><methodName>&e;</methodName></methodCall>")]
    [InlineData("<methodCall><methodName>x</methodName><params><value>1</value></params></methodCall>")]
    [InlineData("<methodCall><methodName>x</methodName><params><param></param></params></methodCall>")]
    [InlineData("<methodCall><methodName>x</methodName><other/></methodCall>")]
    [InlineData("<other><methodName>x</methodName></other>")]
    public void What_is_no_call_is_refused(string xml) =>
        Assert.Equal(XmlRpcError.Unmarshallable, Assert.Throws<XmlRpcException>(() => XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml))).Error);

    [Theory]
    [InlineData("<methodCall/>")]
    [InlineData("<methodCall></methodCall>")]
    [InlineData("<methodCall><methodName/></methodCall>")]
    [InlineData("<methodCall><params/></methodCall>")]
    public void A_call_without_a_name_is_told_apart(string xml) =>
        Assert.Equal(XmlRpcError.NoMethodName, Assert.Throws<XmlRpcException>(() => XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml))).Error);

    [Theory]
    [InlineData("<methodCall><methodName>a.b</methodName></methodCall>")]
    [InlineData("<?xml version='1.0' encoding='utf-8'?>\r\n<!-- c --><?pi?><methodCall a='&lt;' >\n<methodName>a.b</methodName>\n<params>\n</params>\n</methodCall >\n<!-- end -->\n")]
    public void A_call_needs_no_parameters(string xml)
    {
        var call = XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(xml));
        Assert.Equal("a.b", call.MethodName);
        Assert.Empty(call.Parameters);
    }

    [Fact]
    public void Latin_1_is_read_where_the_declaration_says_so()
    {
        const string xml = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><methodCall><methodName>é</methodName></methodCall>";
        Assert.Equal("é", XmlRpcReader.ReadCall(Encoding.Latin1.GetBytes(xml)).MethodName);
        Assert.Throws<XmlRpcException>(() => XmlRpcReader.ReadCall(Encoding.Latin1.GetBytes(xml.Replace("iso-8859-1", "utf-8"))));
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.Throws<XmlRpcException>(() => ReadCall(Nested(100_000)));
        Assert.Throws<XmlRpcException>(() => ReadResponse(Nested(XmlScanner.MaxDepth / 3)));
        Assert.IsType<XmlRpcArray>(ReadResponse(Nested(60)));

        static string Nested(int levels) =>
            string.Concat(Enumerable.Repeat("<array><data><value>", levels)) + string.Concat(Enumerable.Repeat("</value></data></array>", levels));
    }

    [Fact]
    public void A_fault_is_thrown()
    {
        var fault = Assert.Throws<RpcFault>(() => XmlRpcReader.ReadResponse(
            "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>10</int></value></member><member><name>faultString</name><value><string>BAD_NAME: x</string></value></member></struct></value></fault></methodResponse>"u8));
        Assert.Equal(FaultCode.BadName, fault.Code);
        Assert.Equal("BAD_NAME: x", fault.Message);
    }

    [Fact]
    public void Members_keep_their_order_and_the_last_of_one_name_counts()
    {
        var value = Assert.IsType<XmlRpcStruct>(ReadResponse(
            "<struct><member><name>b</name><value>1</value></member><member><name>a</name><value>2</value></member><member><name>b</name><value>3</value></member></struct>"));
        Assert.Equal(["b", "a", "b"], value.Members.Select(member => member.Key));
        Assert.Equal(new XmlRpcString("3"), value.Find("b"));
        Assert.Null(value.Find("c"));
    }

    /// <summary>Every prefix, and every document with one byte changed, is either read or refused: nothing else, and in no time.</summary>
    [Fact]
    public void Damage_is_refused_or_harmless()
    {
        var writer = new XmlRpcWriter();
        writer.BeginCall("a.b");
        writer.BeginParameter();
        writer.Value(new XmlRpcStruct([KeyValuePair.Create<string, XmlRpcValue>("é&", new XmlRpcArray([1, "x", true, XmlRpcNil.Instance]))]));
        writer.EndParameter();
        writer.EndCall();
        var document = writer.Written.ToArray();
        for (var i = 0; i < document.Length - 1; i++)
        {
            Assert.Throws<XmlRpcException>(() => XmlRpcReader.ReadCall(document.AsSpan(0, i)));
            foreach (var b in "<>&\0/ x\xff"u8.ToArray())
            {
                var damaged = document.ToArray();
                damaged[i] = b;
                _ = Record.Exception(() => XmlRpcReader.ReadCall(damaged)) is null or XmlRpcException ? true : throw new InvalidOperationException($"{i}: {b}");
            }
        }
    }

    private static XmlRpcCall ReadCall(string value) => XmlRpcReader.ReadCall(Encoding.UTF8.GetBytes(
        $"<?xml version='1.0'?>\n<methodCall><methodName>m</methodName><params><param><value>{value}</value></param></params></methodCall>"));

    private static XmlRpcValue ReadResponse(string value) => XmlRpcReader.ReadResponse(Encoding.UTF8.GetBytes(
        $"<?xml version='1.0'?>\n<methodResponse><params><param><value>{value}</value></param></params></methodResponse>\n"));

    private static XmlRpcValue Value(object? value) => value switch
    {
        null => XmlRpcNil.Instance,
        long number => number,
        bool truth => truth,
        double number => new XmlRpcDouble(number),
        _ => (string)value,
    };
}
