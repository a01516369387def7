using Init.Os;
using Init.States;
using Init.Unit.Rpc;
using Init.Web;
using Xunit;
using static Init.Unit.Web.Rendering;

namespace Init.Unit.Web;

public sealed class MemoryNewsTests : IDisposable
{
    private readonly SupervisorStub _here = new();
    private readonly MemoryNews _news = new();

    public void Dispose() => _here.Dispose();

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "0.1 MB")]
    [InlineData(1_700_000, "1.6 MB")]
    [InlineData(104_857_600, "100 MB")]
    [InlineData(1_610_612_736, "1.5 GB")]
    public void Memory_is_told_in_few_digits(long bytes, string text) => Assert.Equal(text, MemoryNews.Text(bytes));

    [Fact]
    public void Only_what_looks_different_is_told_again()
    {
        var a = _here.Add("a", ProcessState.Running);
        Assert.Equal("event: memory\ndata: {\"a:a\":2097152}\n\n", Told(2 << 20));
        Assert.Equal("", Told((2 << 20) + 4096));
        Assert.Equal("event: memory\ndata: {\"a:a\":3145728}\n\n", Told(3 << 20));
        Assert.Equal("", Told(null)); // younger than the sample
        SupervisorStub.Put(a, ProcessState.Exited);
        Assert.Equal("event: memory\ndata: {\"a:a\":0}\n\n", Told(null));
        Assert.Equal("", Told(null));
    }

    private string Told(long? bytes)
    {
        var usage = new Dictionary<int, TreeUsage>();
        if (bytes is { } resident)
            usage[SupervisorStub.NoPid] = new TreeUsage(1, resident, TimeSpan.Zero);
        _news.Take(_here.Groups, usage);
        return Text(_news.Write);
    }
}
