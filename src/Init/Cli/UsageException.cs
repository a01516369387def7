namespace Init.Cli;

/// <summary>
/// A command line that cannot be followed. The caller prints <c>Error: TEXT</c> and <c>For help, use ARGV0 -h</c>, each on a line of
/// its own on stderr, and exits with status 2.
/// </summary>
internal sealed class UsageException(string message) : Exception(message);
