using System.Text;
using Init.Http;
using Xunit;

namespace Init.Unit.Http;

/// <summary>Nothing but a value that the server would refuse is overwritten, and no byte moves.</summary>
public sealed class RequestHeadTests
{
    private static (RequestHead Read, string Repaired) Repair(string head)
    {
        var bytes = Encoding.UTF8.GetBytes(head);
        var read = RequestHead.Repair(bytes);
        Assert.Equal(Encoding.UTF8.GetByteCount(head), bytes.Length);
        return (read, Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [InlineData("here")]
    [InlineData("here:9001")]
    [InlineData("under_score.example.")]
    [InlineData("127.0.0.1:80")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]:9001")]
    [InlineData("")]
    public void A_usual_host_is_left_as_it_is(string host)
    {
        var head = $"GET / HTTP/1.1\r\nHost: {host}\r\nX: y\r\n\r\n";
        Assert.Equal((new RequestHead(null, 0, false), head), Repair(head));
    }

    [Theory]
    [InlineData("here/there")]
    [InlineData("/run/s.sock")]
    [InlineData("%2Frun%2Fs.sock")]
    [InlineData("joe@here")]
    [InlineData("b\u00fccher")]
    [InlineData("a b")]
    [InlineData("here:")]
    [InlineData("here:123456")]
    [InlineData("here:80:80")]
    [InlineData(":80")]
    [InlineData("[::1")]
    [InlineData("[x]")]
    [InlineData("here,there")]
    public void Any_other_becomes_blanks_and_is_remembered(string host)
    {
        var blanks = new string(' ', Encoding.UTF8.GetByteCount(host) + 1);
        Assert.Equal(
            (new RequestHead(host, 7, false), $"POST / HTTP/1.1\r\nhOST:{blanks}\r\nContent-Length: 7\r\n\r\n"),
            Repair($"POST / HTTP/1.1\r\nhOST: {host}\r\nContent-Length: 7\r\n\r\n"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nX-Host: a\r\n\r\n", "GET / HTTP/1.0\r\nX-Host: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\n\r\n", "GET / HTTP/2.0\r\n\r\n")]
    [InlineData("GARBAGE\r\n\r\n", "GARBAGE\r\n\r\n")]
    public void Without_a_host_it_is_a_request_that_needs_none(string head, string repaired) => Assert.Equal(repaired, Repair(head).Repaired);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("113", 113)]
    [InlineData(" 113 ", 113)]
    [InlineData("000113", 113)]
    [InlineData("999999999999999999", 999999999999999999)]
    public void A_length_is_digits(string length, long body) =>
        Assert.Equal(new RequestHead(null, body, false), Repair($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").Read);

    [Theory]
    [InlineData("+113")]
    [InlineData("-0")]
    [InlineData("-1")]
    [InlineData("0x10")]
    [InlineData("1,1")]
    [InlineData("1 1")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("\u0661")]
    [InlineData("1000000000000000000")]
    public void Any_other_length_becomes_one_that_is_refused(string length)
    {
        var (read, repaired) = Repair($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        Assert.Equal((0, true), (read.Body, read.IsLast));
        Assert.Matches("Content-Length:x+\r\n", repaired);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: a\nContent-Length: 3\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: a\rContent-Length: 3\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nContent-Length: 3\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: x\r\n\r\n")]
    public void Where_the_next_request_begins_must_be_certain(string head)
    {
        var (read, repaired) = Repair(head);
        Assert.True(read.IsLast);
        Assert.Equal(head, repaired);
    }
}
