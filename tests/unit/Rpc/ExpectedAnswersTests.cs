using Init.Http;
using Init.Rpc;
using Init.XmlRpc;
using Xunit;

namespace Init.Unit.Rpc;

public class ExpectedAnswersTests
{
    private readonly ExpectedAnswers _expected = new();

    [Theory]
    [InlineData("supervisor.readLog", 0, 0)]
    [InlineData("supervisor.readLog", -100_000_000, 0)]
    [InlineData("supervisor.readMainLog", long.MinValue, 0)]
    [InlineData("supervisor.readLog", 0, 100_000_000)]
    public void All_of_a_log_may_be_as_much_as_an_answer_carries(string method, long offset, long length)
    {
        var (memory, bytes) = Assert.NotNull(_expected.Of(new(method, [offset, length])));
        Assert.Same(AnswerMemory.Logs, memory);
        Assert.InRange(bytes, LogRead.Most, LogRead.Most + 4096);
    }

    [Theory]
    [InlineData(-1000, 0)]
    [InlineData(0, 1000)]
    public void A_few_bytes_of_a_log_are_nothing_special(long offset, long length)
    {
        Assert.Null(_expected.Of(new("supervisor.readLog", [offset, length])));
        Assert.Null(_expected.Of(new("supervisor.readProcessLog", ["a", offset, length])));
        Assert.Null(_expected.Of(new("supervisor.tailProcessStdoutLog", ["a", 0, 1000])));
    }

    [Fact]
    public void A_list_that_was_large_is_large_again_until_it_is_not()
    {
        var call = new XmlRpcCall("supervisor.getAllProcessInfo", []);
        Assert.Null(_expected.Of(call));
        _expected.Learn(call, 10_000_000);
        Assert.Equal((AnswerMemory.Lists, 10_000_000L), _expected.Of(call));
        Assert.Null(_expected.Of(new("supervisor.getState", [])));
        _expected.Learn(call, 1000);
        Assert.Null(_expected.Of(call));
    }

    [Fact]
    public void Several_calls_in_one_are_what_they_are_together()
    {
        Assert.Null(_expected.Of(Several("supervisor.getProcessInfo", 100)));
        Assert.Same(AnswerMemory.Logs, Assert.NotNull(_expected.Of(Several("supervisor.readLog", 1))).Memory);
        Assert.Same(AnswerMemory.Logs, Assert.NotNull(_expected.Of(Several("supervisor.getAllProcessInfo", 3000))).Memory);
        Assert.Null(_expected.Of(Several("supervisor.getAllProcessInfo", 3)));
        _expected.Learn(new("supervisor.getAllProcessInfo", []), 1_000_000);
        Assert.Equal(3_000_000, Assert.NotNull(_expected.Of(Several("supervisor.getAllProcessInfo", 3))).Bytes);
    }

    private static XmlRpcCall Several(string method, int count) => new(
        "system.multicall", [new XmlRpcArray([.. Enumerable.Repeat((XmlRpcValue)new XmlRpcStruct([new("methodName", method)]), count)])]);
}
