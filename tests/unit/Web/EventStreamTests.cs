using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Init.Os;
using Init.Processes;
using Init.States;
using Init.Unit.Rpc;
using Init.Web;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Init.Unit.Web;

public sealed class EventStreamTests : IDisposable
{
    private readonly SupervisorStub _here = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Pipe _body = new();
    private readonly DefaultHttpContext _context = new();
    private Task _stream = Task.CompletedTask;

    public void Dispose()
    {
        _ending.Dispose();
        _here.Dispose();
    }

    private void Open()
    {
        _context.Items[typeof(CancellationToken)] = _ending.Token;
        _context.Response.Body = _body.Writer.AsStream();
        _stream = new EventStream(_here, new TreeSampler(_here)).HandleAsync(_context);
    }

    private void Turn(TimeSpan patience)
    {
        Assert.True(Clock.Now < patience, "it takes too long");
        _here.Loop.Turn(Clock.Now + TimeSpan.FromMilliseconds(1));
        _here.Feed.Publish(_here.Reports.Changes);
    }

    /// <summary>The next event: `full` or not, and the processes in it.</summary>
    private string Next()
    {
        var patience = Clock.Now + TimeSpan.FromSeconds(10);
        ReadResult read;
        while (!_body.Reader.TryRead(out read))
            Turn(patience);
        var text = Encoding.UTF8.GetString(read.Buffer.FirstSpan);
        _body.Reader.AdvanceTo(read.Buffer.End);
        Assert.StartsWith("event: processes\ndata: ", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        var data = JsonDocument.Parse(text["event: processes\ndata: ".Length..]).RootElement;
        var rows = data.GetProperty("processes").EnumerateArray().Select(row => $"{row.GetProperty("name")} {row.GetProperty("statename")}");
        return $"{(data.GetProperty("full").GetBoolean() ? "full" : "changed")}: {string.Join(", ", rows)}";
    }

    [Fact]
    public void At_first_come_all_processes_then_those_that_change()
    {
        var (a, b) = (_here.Add("a", ProcessState.Backoff), _here.Add("b", ProcessState.Backoff));
        _here.Add("c", ProcessState.Exited);
        _here.Reports.Changes = 7;
        Open();
        Assert.Equal("full: a BACKOFF, b BACKOFF, c EXITED", Next());
        Assert.Equal("text/event-stream", _context.Response.ContentType);
        a.Handle(ProcessInput.Stop);
        Assert.Equal("changed: a STOPPED", Next());
        b.Handle(ProcessInput.Shutdown());
        Assert.Equal("changed: b FATAL", Next());
    }

    [Fact]
    public void Several_changes_come_together_as_what_is_now()
    {
        var (a, b) = (_here.Add("a", ProcessState.Backoff), _here.Add("b", ProcessState.Backoff));
        _here.Reports.Changes = 7;
        Open();
        Next();
        a.Handle(ProcessInput.Stop);
        b.Handle(ProcessInput.Stop);
        Assert.Equal("changed: a STOPPED, b STOPPED", Next());
    }

    [Fact]
    public void When_a_group_comes_or_goes_all_are_told_anew()
    {
        _here.Add("a", ProcessState.Exited);
        _here.Reports.Changes = 7;
        Open();
        Next();
        _here.Add("b", ProcessState.Exited);
        _here.Reports.ListChanges = ++_here.Reports.Changes;
        Assert.Equal("full: a EXITED, b EXITED", Next());
        _here.Groups.Remove(_here.Groups.Find("a")!);
        _here.Reports.ListChanges = ++_here.Reports.Changes;
        Assert.Equal("full: b EXITED", Next());
    }

    [Fact]
    public async Task It_ends_with_the_daemon()
    {
        Open();
        Assert.Equal("full: ", Next());
        await _ending.CancelAsync();
        var patience = Clock.Now + TimeSpan.FromSeconds(10);
        while (!_stream.IsCompleted)
            Turn(patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _stream);
    }
}
