namespace Init.Os;

/// <summary>What a process that has ended used, with all the children that it had waited for: getrusage(2), as wait4 tells it.</summary>
/// <param name="MostResidentBytes">The largest resident size of any one of them at any time.</param>
/// <param name="IsBound">Then it was less than that: between the spawn and its exec the child has our memory, which the kernel counts as well.</param>
internal readonly record struct RunUsage(TimeSpan User, TimeSpan System, long MostResidentBytes, bool IsBound)
{
    internal TimeSpan Cpu => User + System;
}
