using Init.Supervision;
using Xunit;

namespace Init.Unit.Supervision;

public sealed class PidfileTests : IDisposable
{
    private readonly ScratchDirectory _here = new();

    public void Dispose() => _here.Dispose();

    [Fact] // C-164, C-165
    public void It_names_our_pid_until_it_is_removed()
    {
        File.WriteAllText(_here["pid"], "an older and longer text\n");
        var pidfile = Pidfile.Write(_here["pid"])!;
        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(_here["pid"]));
        pidfile.Remove();
        Assert.Empty(_here.Names);
        pidfile.Remove(); // somebody else has done so
    }

    [Fact]
    public void What_cannot_be_written_is_none() => Assert.Null(Pidfile.Write(_here["missing/pid"]));

    [Fact] // a reload would wait for its reader
    public async Task A_pipe_without_a_reader_is_none_either()
    {
        await System.Diagnostics.Process.Start("mkfifo", [_here["pid"]]).WaitForExitAsync();
        Assert.Null(await Task.Run(() => Pidfile.Write(_here["pid"])).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact] // through a link, so that a defect costs the link and not the device
    public void A_device_is_not_removed()
    {
        File.CreateSymbolicLink(_here["null"], "/dev/null");
        Pidfile.Write(_here["null"])!.Remove();
        Assert.Equal(["null"], _here.Names);
    }
}
