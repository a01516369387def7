namespace Init.Cli;

/// <summary>Every exit status of ours that is not a program's own.</summary>
internal static class ExitStatus
{
    /// <summary>An orderly end.</summary>
    internal const int Success = 0;

    /// <summary>The kernel refuses a call without which nothing goes; one line on stderr.</summary>
    internal const int Failure = 1;

    /// <summary>pidproxy's for too few arguments.</summary>
    internal const int TooFewArguments = 1;

    /// <summary>A command line or configuration that cannot be used; one message on stderr, of a check all of them.</summary>
    internal const int Usage = 2;
}
