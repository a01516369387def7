using Init.Os;

namespace Init.Cli;

/// <summary>echo_supervisord_conf.</summary>
internal static class SampleConfiguration
{
    internal static int Print()
    {
        Descriptors.WriteAll(1, "; Sample supervisor config file.\n"u8);
        return ExitStatus.Success;
    }
}
