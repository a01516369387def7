using Init.Processes;
using Init.Rpc;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public sealed class EachProcessTests : IDisposable
{
    private readonly SupervisorStub _here = new();
    private readonly XmlRpcWriter _result = new();
    private readonly Dictionary<string, ScriptedWait> _waits = [];

    public void Dispose() => _here.Dispose();

    private sealed class ScriptedWait : Wait
    {
        public bool Over { get; set; }
        public RpcFault? Fault { get; set; }
        public TimeSpan? At { get; set; }

        internal override TimeSpan? Deadline => At;

        internal override bool IsOver() => Fault is null ? Over : throw Fault;
    }

    /// <summary>Those of these names have to be waited for; one called `bad` is a fault at once.</summary>
    private EachProcess Of(string waiting, params string[] names)
    {
        var all = names.Select(name => _here.Add(name)).ToList();
        return new EachProcess(all, Do);

        Wait? Do(string name, Subprocess process)
        {
            if (name == "bad")
                throw new RpcFault(FaultCode.NoFile, "can't find command '/x'");
            return waiting.Split(' ').Contains(name) ? _waits[name] = new ScriptedWait() : null;
        }
    }

    /// <summary>The answer's names and statuses; null while there is none.</summary>
    private string? Answer(EachProcess each)
    {
        if (!each.Advance(_result))
        {
            Assert.Equal(0, _result.Length);
            return null;
        }
        var whole = new XmlRpcWriter();
        whole.BeginResponse();
        whole.Take(_result);
        whole.EndResponse();
        return string.Join(", ", ((XmlRpcArray)XmlRpcReader.ReadResponse(whole.Written)).Items
            .Select(one => $"{((XmlRpcStruct)one).Find("name")!.Python()} {((XmlRpcStruct)one).Find("status")!.Python()}"));
    }

    [Fact] // R-061
    public void Of_no_process_the_answer_is_empty_and_there_at_once() => Assert.Equal("", Answer(Of("")));

    [Fact] // R-062
    public void What_needs_no_wait_is_there_at_once_in_order() =>
        Assert.Equal("'b' 80, 'bad' 20, 'a' 80", Answer(Of("", "b", "bad", "a")));

    [Fact] // R-061
    public void Those_that_are_waited_for_follow_as_they_end()
    {
        var each = Of("a c d", "a", "b", "c", "d");
        Assert.Null(Answer(each));
        _waits["d"].Over = true;
        Assert.Null(Answer(each));
        _waits["a"].Fault = new RpcFault(FaultCode.SpawnError, "a");
        _waits["d"].Over = false; // it is not asked again
        Assert.Null(Answer(each));
        _waits["c"].Over = true;
        Assert.Equal("'b' 80, 'd' 80, 'a' 50, 'c' 80", Answer(each));
    }

    [Fact]
    public void Those_that_end_together_are_in_their_own_order()
    {
        var each = Of("a b c", "a", "b", "c");
        foreach (var wait in _waits.Values)
            wait.Over = true;
        Assert.Equal("'a' 80, 'b' 80, 'c' 80", Answer(each));
    }

    [Fact]
    public void It_wants_to_be_asked_at_the_first_deadline_of_all()
    {
        var each = Of("a b c", "a", "b", "c");
        Assert.Null(each.Deadline);
        _waits["b"].At = TimeSpan.FromSeconds(9);
        _waits["c"].At = TimeSpan.FromSeconds(7);
        Assert.Equal(TimeSpan.FromSeconds(7), each.Deadline);
        _waits["c"].Over = true;
        Assert.Null(Answer(each));
        Assert.Equal(TimeSpan.FromSeconds(9), each.Deadline);
    }

    [Fact] // R-061, R-062
    public void A_result_names_process_and_group_and_says_what_became_of_it()
    {
        var group = _here.Add("g", Init.States.ProcessState.Stopped, SupervisorStub.Program("p"));
        var seen = new List<string>();
        var each = new EachProcess(group.Processes, (name, _) =>
        {
            seen.Add(name);
            throw new RpcFault(FaultCode.AlreadyStarted, name);
        });
        each.Advance(_result);
        Assert.Equal(["g:p"], seen);
        var expected = new XmlRpcWriter();
        expected.BeginArray();
        expected.BeginStruct();
        expected.Member("name"u8, "p");
        expected.Member("group"u8, "g");
        expected.Member("status"u8, 60);
        expected.Member("description"u8, "ALREADY_STARTED: g:p");
        expected.EndStruct();
        expected.EndArray();
        Assert.True(_result.Written.SequenceEqual(expected.Written));
    }
}
