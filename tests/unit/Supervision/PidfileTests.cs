using Init.Supervision;
using Init.Unit.Os;
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

    [Fact]
    public void Another_file_in_its_place_is_not_removed()
    {
        var pidfile = Pidfile.Write(_here["pid"])!;
        File.Move(_here["pid"], _here["ours"]);
        File.WriteAllText(_here["pid"], "another daemon's");
        pidfile.Remove();
        Assert.Equal(["ours", "pid"], _here.Names);
    }

    public static TheoryData<string, string> Traps => SharedFolder.Traps;

    [Theory]
    [MemberData(nameof(Traps))]
    public void It_is_not_written_where_another_user_leads_it(string trap, string reason)
    {
        using var here = new SharedFolder();
        here.Shell(trap);
        var before = here.OfRoot();
        var refusal = "";
        Assert.Null(Pidfile.Write(here.Log, text => refusal = text));
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
        Assert.Equal(before, here.OfRoot());
    }

    [Fact] // as in /tmp: its owner could name another process later
    public void It_is_not_written_into_another_user_s_file()
    {
        using var here = new SharedFolder();
        here.Shell("chmod 1777 app; chown root app; echo 1 > app/log; chown 65534 app/log");
        Assert.Null(Pidfile.Write(here.Log));
        Assert.Equal("1\n", here.Read("app/log"));
    }
}
