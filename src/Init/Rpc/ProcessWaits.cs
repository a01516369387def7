using Init.Config;
using Init.Os;
using Init.Output;
using Init.Processes;
using Init.States;
using Init.XmlRpc;

namespace Init.Rpc;

/// <summary>A start that is waited for .</summary>
/// <param name="name">As the client called it.</param>
internal sealed class StartWait(Subprocess process, string name, Dependencies dependencies) : Wait
{
    internal override bool IsOver()
    {
        if (process.WaitsFor is not null)
            return dependencies.WaitsInVain(process) ? throw new RpcFault(FaultCode.AbnormalTermination, name) : false;
        if (process.Status.SpawnError is { Length: > 0 })
            throw new RpcFault(FaultCode.SpawnError, name);
        return process.Status.State switch
        {
            ProcessState.Running => true,
            ProcessState.Starting => false,
            _ => throw new RpcFault(FaultCode.AbnormalTermination, name),
        };
    }
}

/// <summary>
/// A stop that is waited for, however long it takes. The log says so at once and every two seconds (L-071). It is over with the
/// run that was to end, also when somebody has another one begin at once.
/// </summary>
internal sealed class StopWait(Subprocess process, ActivityLog activity, Dependencies dependencies) : Wait
{
    private static readonly TimeSpan _reportEvery = TimeSpan.FromSeconds(2);

    private readonly Moment? _started = process.Status.Started;

    private TimeSpan _reportAt;

    internal override TimeSpan? Deadline => _reportAt;

    internal override bool IsOver()
    {
        if (process.IsGone || (process.Status.Started != _started && !dependencies.IsToStop(process)))
            return true;
        if (Clock.Now >= _reportAt)
        {
            activity.Log(LogLevel.Info, $"waiting for {process.Config.Name} to stop");
            _reportAt = Clock.Now + _reportEvery;
        }
        return false;
    }
}
