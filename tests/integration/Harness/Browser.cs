using System.Globalization;
using System.Text.Json;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Interactions;

namespace Init.Integration.Harness;

/// <summary>
/// Debian's Chromium without a window, driven by Debian's chromedriver: a fresh profile, the size of a desktop, light colours.
/// Elements are named by CSS selectors and looked up anew each time, since a page may replace them at any moment.
/// </summary>
internal sealed class Browser : IDisposable
{
    private readonly ChromeDriver _driver;
    private readonly string _folder = Directory.CreateTempSubdirectory("init-browser-").FullName;

    public Browser()
    {
        var options = new ChromeOptions { BinaryLocation = "/usr/bin/chromium" };
        options.AddArguments(
            "--headless=new",
            "--no-sandbox", // it refuses to run as root with one
            "--disable-dev-shm-usage", // a container's /dev/shm is small
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-proxy-server",
            "--hide-scrollbars",
            "--lang=en");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        options.SetLoggingPreference(LogType.Performance, LogLevel.All);
        // Named, so that Selenium does not look for one on the network.
        var service = ChromeDriverService.CreateDefaultService("/usr/bin", "chromedriver");
        service.SuppressInitialDiagnosticInformation = true;
        // Its profile, and what Chromium would leave behind in /tmp.
        service.DriverProcessStarting += (_, starting) => starting.DriverServiceProcessStartInfo.Environment["TMPDIR"] = _folder;
        _driver = new ChromeDriver(service, options, TimeSpan.FromMinutes(1));
        Resize(1280, 800);
        Emulate(dark: false);
    }

    public string Title => _driver.Title;

    /// <summary>Where it is now, redirections followed.</summary>
    public string Location => _driver.Url;

    /// <summary>What the page's scripts and the browser itself complained of so far; asking again gives what is new.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. _driver.Manage().Logs.GetLog(LogType.Browser).Where(entry => entry.Level >= LogLevel.Warning).Select(entry => entry.Message)];

    /// <summary>The addresses that were requested so far, in order, whoever asked for them; asking again gives what is new.</summary>
    public IReadOnlyList<string> Requests =>
    [
        .. from entry in _driver.Manage().Logs.GetLog(LogType.Performance)
           let message = JsonDocument.Parse(entry.Message).RootElement.GetProperty("message")
           where message.GetProperty("method").ValueEquals("Network.requestWillBeSent")
           select message.GetProperty("params").GetProperty("request").GetProperty("url").GetString(),
    ];

    public void Open(Uri page) => _driver.Navigate().GoToUrl(page);

    /// <summary>Opens a page that asks for a login. Chromium keeps the login for whatever the page asks of the same server.</summary>
    public void Open(Uri page, string user, string password)
    {
        Open(new UriBuilder(page) { UserName = Uri.EscapeDataString(user), Password = Uri.EscapeDataString(password) }.Uri);
        // Once more as a user's address bar shows it: scripts may not fetch relative to an address that contains a login.
        Open(page);
    }

    /// <summary>Gives the page this much room, in CSS pixels; less than a window could have, too.</summary>
    /// <param name="phone">As a phone lays it out, which has no pointer that could hover.</param>
    public void Resize(int width, int height, bool phone = false) => Command("Emulation.setDeviceMetricsOverride", new()
    {
        ["width"] = width,
        ["height"] = height,
        ["deviceScaleFactor"] = 1,
        ["mobile"] = phone,
    });

    /// <summary>Says which colours the user prefers (prefers-color-scheme).</summary>
    public void Emulate(bool dark) => Command("Emulation.setEmulatedMedia", new()
    {
        ["features"] = new object[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" } },
    });

    /// <summary>Whether the scripts of pages that are opened from now on run; <see cref="Run"/> works all the same.</summary>
    public void Script(bool on) => Command("Emulation.setScriptExecutionDisabled", new() { ["value"] = !on });

    /// <summary>How many elements there are.</summary>
    public int Count(string selector) => Convert.ToInt32(Run("return document.querySelectorAll(arguments[0]).length", selector), CultureInfo.InvariantCulture);

    /// <summary>The trimmed text of the first such element; nothing while there is none.</summary>
    public string Text(string selector) => (string)Run("return document.querySelector(arguments[0])?.textContent.trim() ?? ''", selector)!;

    /// <summary>The trimmed texts of all such elements, in the page's order.</summary>
    public IReadOnlyList<string> Texts(string selector) =>
        [.. ((IEnumerable<object>)Run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())", selector)!).Cast<string>()];

    /// <summary>Runs JavaScript in the page.</summary>
    public object? Run(string script, params object[] arguments) => _driver.ExecuteScript(script, arguments);

    /// <summary>Clicks where the first such element is, as a user would: what is hidden or covered cannot be clicked.</summary>
    public void Click(string selector)
    {
        Exception? last = null;
        if (!Eventually.Holds(Try))
            throw new InvalidOperationException($"cannot click {selector} of {Location}", last);

        bool Try()
        {
            try
            {
                _driver.FindElement(By.CssSelector(selector)).Click();
                return true;
            }
            // Not there yet, or replaced between the look and the click.
            catch (Exception early) when (early is NoSuchElementException or StaleElementReferenceException or ElementNotInteractableException)
            {
                last = early;
                return false;
            }
        }
    }

    /// <summary>Types into the first such element, after what it has.</summary>
    public void Type(string selector, string text) => _driver.FindElement(By.CssSelector(selector)).SendKeys(text);

    /// <summary>Presses keys, wherever the focus is.</summary>
    public void Press(string keys) => new Actions(_driver).SendKeys(keys).Perform();

    /// <summary>Saves what is to be seen now as out/screenshots/NAME.png, and gives that path.</summary>
    public string Screenshot(string name)
    {
        var path = Path.Combine(Repository.Root, "out", "screenshots", name + ".png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _driver.GetScreenshot().SaveAsFile(path);
        return path;
    }

    /// <summary>What a failed test must show.</summary>
    public string Describe() => $"{Location}\n{_driver.PageSource}";

    private void Command(string name, Dictionary<string, object?> parameters) => _driver.ExecuteCdpCommand(name, parameters);

    public void Dispose()
    {
        _driver.Dispose();
        Eventually.Holds(IsRemoved);

        bool IsRemoved()
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return false; // the last of Chromium's processes still writes there
            }
        }
    }
}
