using System.Buffers;
using System.Text;

namespace Init.Web;

/// <summary>What every page begins and ends with.</summary>
internal static class PageFrame
{
    private static readonly string _icon = Encoding.UTF8.GetString(PageAssets.Icon);

    internal static void Begin(IBufferWriter<byte> page, string title)
    {
        page.WriteHtml($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <link rel="icon" href="data:image/svg+xml,{_icon:url}">
            <style>
            """);
        page.Write(PageAssets.Style);
        page.WriteHtml($"""
            </style>
            </head>
            <body>
            <main>

            """);
    }

    internal static void End(IBufferWriter<byte> page) => page.WriteHtml($"</body>\n</html>\n");
}
