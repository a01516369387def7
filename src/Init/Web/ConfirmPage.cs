using System.Buffers;

namespace Init.Web;

/// <summary>What a browser gets for a link that would change something and may not be meant: the same as a form of our own, to be sent by hand.</summary>
internal static class ConfirmPage
{
    internal static void Write(IBufferWriter<byte> page, string action, string? process, string token)
    {
        PageFrame.Begin(page, "Supervisor: confirm");
        page.WriteHtml($"""
            <header><h1>Confirm</h1><p><a href="./">All programs</a></p></header>
            <p>A link led here. It may come from the page of another site.</p>
            <form method="post" action="index.html"><input type="hidden" name="token" value="{token}">
            <input type="hidden" name="action" value="{action}"><input type="hidden" name="processname" value="{process ?? ""}">
            <p><button>{action} {process ?? ""}</button></p></form>
            </main>

            """);
        PageFrame.End(page);
    }
}
