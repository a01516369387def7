namespace Init.XmlRpc;

/// <summary>Supervisor's fault codes. 80 is used as a `status` inside of results only .</summary>
internal enum FaultCode
{
    UnknownMethod = 1,
    IncorrectParameters = 2,
    BadArguments = 3,
    SignatureUnsupported = 4,
    ShutdownState = 6,
    BadName = 10,
    BadSignal = 11,
    NoFile = 20,
    NotExecutable = 21,
    Failed = 30,
    AbnormalTermination = 40,
    SpawnError = 50,
    AlreadyStarted = 60,
    NotRunning = 70,
    Success = 80,
    AlreadyAdded = 90,
    StillRunning = 91,
    CantReread = 92,
}

internal static class FaultCodes
{
    /// <summary>The name that a fault string begins with: `BAD_NAME` .</summary>
    internal static string Name(this FaultCode code) => code switch
    {
        FaultCode.UnknownMethod => "UNKNOWN_METHOD",
        FaultCode.IncorrectParameters => "INCORRECT_PARAMETERS",
        FaultCode.BadArguments => "BAD_ARGUMENTS",
        FaultCode.SignatureUnsupported => "SIGNATURE_UNSUPPORTED",
        FaultCode.ShutdownState => "SHUTDOWN_STATE",
        FaultCode.BadName => "BAD_NAME",
        FaultCode.BadSignal => "BAD_SIGNAL",
        FaultCode.NoFile => "NO_FILE",
        FaultCode.NotExecutable => "NOT_EXECUTABLE",
        FaultCode.Failed => "FAILED",
        FaultCode.AbnormalTermination => "ABNORMAL_TERMINATION",
        FaultCode.SpawnError => "SPAWN_ERROR",
        FaultCode.AlreadyStarted => "ALREADY_STARTED",
        FaultCode.NotRunning => "NOT_RUNNING",
        FaultCode.Success => "SUCCESS",
        FaultCode.AlreadyAdded => "ALREADY_ADDED",
        FaultCode.StillRunning => "STILL_RUNNING",
        FaultCode.CantReread => "CANT_REREAD",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}

/// <summary>A method's refusal: thrown by the one that serves it, sent as an ordinary reply, thrown again at the one that called.</summary>
internal sealed class RpcFault : Exception
{
    /// <summary>`NAME`, or `NAME: extra` .</summary>
    internal RpcFault(FaultCode code, string? extra = null)
        : base(extra is null ? code.Name() : $"{code.Name()}: {extra}") => Code = code;

    /// <summary>As a server sent it; its code may be none that we know.</summary>
    internal RpcFault(int code, string text)
        : base(text) => Code = (FaultCode)code;

    internal FaultCode Code { get; }
}
