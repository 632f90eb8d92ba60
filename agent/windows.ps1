# ikefrag agent for Windows: finds out why an IKEv2 VPN does not come up. MIT licence.
#
# This is all of it: nothing is installed, nothing else is loaded. Read it before you run it. It
#   1. asks the service named in Start-Ikefrag which VPN gateway the case is about,
#   2. shows what it will read and send, and waits for a yes,
#   3. reads network interfaces, VPN profiles, failed VPN connections, and what decides how large a VPN login
#      is (some lines of rasphone.pbk, sizes and kinds of certificates: Read-ClientSettings); sends test
#      packets to that gateway, and where step 2 says so to a reflector (at most 64 packets, 128 KiB), begins
#      logins without a name,
#   4. sends what it measured to the service, and prints a report ID.
# It changes nothing. Where the case says so beforehand, it asks an administrator for permission to record
# packets while the VPN connects, or to try another MTU, which is put back afterwards.
#
# For Windows PowerShell 5.1 and PowerShell 7, without administrator rights:
#   .\ikefrag.ps1 -Server https://HOST -Code CODE
#   -Server, -Code       the service and the case ($env:IKEFRAG_SERVER, $env:IKEFRAG_CODE); a code that is not
#                        given is asked for
#   -DryRun              read this computer only, show the result, send nothing ($env:IKEFRAG_DRYRUN = 1)
#   -Save FILE           keep the measurements in FILE as well ($env:IKEFRAG_SAVE)
#   -Yes                 start without asking, as a policy of the organisation may say ($env:IKEFRAG_YES = 1)
#   -Quiet               print one line: report ID, verdict, MTU to set or "-" ($env:IKEFRAG_QUIET = 1)
#   -Language en         or ja ($env:IKEFRAG_LANG)
# Nothing happens before the last line, which calls Start-Ikefrag. Its texts come from the service, in English
# or Japanese; only those that are needed earlier stand here.

function Start-Ikefrag {
  [CmdletBinding(PositionalBinding = $false)]
  param(
    [string]$Server, [string]$Code, [switch]$Yes, [switch]$DryRun, [switch]$Quiet,
    [string]$Save = $env:IKEFRAG_SAVE, [string]$Language = $env:IKEFRAG_LANG
  )
  Set-StrictMode -Version 3
  $ErrorActionPreference = 'Stop'
  # The service writes both into a script that it hands out for one case.
  $Server = "$($Server, '__IKEFRAG_URL__', $env:IKEFRAG_SERVER | Where-Object { $_ -and $_ -notlike '__*' } | Select-Object -First 1)"
  $Code = "$($Code, '__IKEFRAG_CODE__', $env:IKEFRAG_CODE | Where-Object { $_ -and $_ -notlike '__*' } | Select-Object -First 1)"
  if (-not $Language) { $Language = (Get-UICulture).Name }
  $Language = $(if ($Language -match '^(en|ja)\b') { $Matches[1].ToLower() } else { 'en' })

  # All functions that this one calls see these two.
  $words = @{
    opening = 'ikefrag {0}: looking up case {1} at {2} ...'
    noCase = 'Cannot start: no service or no case code is given. Run the line that you were given, or add -Server URL -Code CODE.'
    askCode = 'Case code'
    unexpected = 'Cannot go on: {0}'
    noService = 'Cannot reach {0}: {1}. Check that this computer is online, then run the same command again.'
    refused = 'The service refused: {0}'
    strangeAnswer = "the service's answer cannot be read: {0}"
    seeBlocked = 'If a proxy or a security program is in the way: {0}/blocked says what helps.'
    pressEnter = 'Press Enter to close this window'
  }
  if ($Language -eq 'ja') {
    $words.noService = [regex]::Unescape('{0} \u306b\u63a5\u7d9a\u3067\u304d\u307e\u305b\u3093\uff1a{1}')
    $words.seeBlocked = [regex]::Unescape('\u8a73\u7d30\uff1a{0}/blocked')
    $words.askCode = [regex]::Unescape('\u30b1\u30fc\u30b9\u30b3\u30fc\u30c9')
  }
  $run = @{
    Version = '0.1.0'; Code = $Code; Server = $Server.TrimEnd('/'); Language = $Language
    Yes = $Yes -or $env:IKEFRAG_YES
    DryRun = $DryRun -or $env:IKEFRAG_DRYRUN
    Quiet = $Quiet -or $env:IKEFRAG_QUIET
    Save = $Save
    # AppLocker or WDAC may forbid .NET to scripts: then cmdlets and Windows's programs are used.
    Constrained = "$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage'
    BeganAt = Get-Date; Stopwatch = $null
    Gateway = ''; Reflector = ''; ReflectorPort = $null; Asked = @(); Addresses = @{}; Elevated = $null; IsSystem = $false; User = ''
    # Most that a run sends, whatever the service asks for.
    MaxDatagrams = 64; MaxSentBytes = 128 * 1024
    # Between two datagrams to one port, or two echo requests.
    MinGapMs = 100
    Datagrams = 0; SentBytes = 0; FreeAtMs = @{}
    CaptureFile = $null; ExitCode = 1
  }
  try {
    if (-not $run.Constrained) {
      $run.Stopwatch = [Diagnostics.Stopwatch]::StartNew()
      # .NET before 4.7 may offer TLS 1.0 only. 0 means that Windows decides.
      $protocol = [int][Net.ServicePointManager]::SecurityProtocol
      if ($protocol -ne 0) { [Net.ServicePointManager]::SecurityProtocol = $protocol -bor 3072 }
    }
    # Stream 6 is what Write-Host says: of a quiet run, the last line alone is printed.
    if ($run.Quiet) { "$(Invoke-Case 6>&1 | Select-Object -Last 1)" } else { Invoke-Case }
  } catch {
    $why = Format-Plain $_.Exception.Message 300
    # The service's words may be what fails.
    try {
      Write-Host ($words.unexpected -f $why)
      Show-Blocked
    } catch { Write-Host $why }
  } finally {
    if ($run.CaptureFile) { Remove-Item -LiteralPath $run.CaptureFile -ErrorAction SilentlyContinue }
  }
  if (-not $run.Yes -and (Test-OwnWindow)) { $null = Read-Answer $words.pressEnter }
  $global:LASTEXITCODE = $run.ExitCode
  # Of a script that is a file, exit ends the script; of one that iex runs, it would close the user's window.
  if (${function:Start-Ikefrag}.File) { exit $run.ExitCode }
}

# 0 healthy or done, 1 a problem was found, 2 misused, 3 no network, 4 refused or declined, 5 upload failed.
function Invoke-Case {
  if ($run.Server -and -not $run.Code -and -not $run.Yes) { $run.Code = Read-Answer $words.askCode }
  $run.Code = Format-Code $run.Code
  if ($run.Server -notmatch '^https?://[^\s/]+\z' -or $run.Code -notmatch '^[A-Z0-9-]{1,64}\z') {
    $run.ExitCode = 2
    Write-Host $words.noCase
    return
  }
  Write-Host ($words.opening -f $run.Version, $run.Code, $run.Server)
  $answer = Invoke-Service 'GET' "/a/$($run.Code).json"
  if ($answer.Kind -ne 'ok') { Show-StartFailure $answer; return }
  $facts = $answer.Value
  $wrong = Read-Facts $facts
  if ($wrong) { Show-StartFailure (New-StrangeAnswer $wrong); return }
  $run.Elevated = Test-Elevated
  $run.User = $(if ($run.IsSystem) { 'SYSTEM' } elseif ($run.Elevated) { 'administrator' } else { 'user' })
  $agent = Get-AgentInfo
  Show-Consent $facts
  $evidence = [ordered]@{ schema = 'ikefrag/evidence/1'; startedAt = (Get-Date).ToUniversalTime().ToString('o'); gateway = $run.Gateway; agent = $agent; measurements = @() }
  if ($run.DryRun) {
    Write-Host $words.dryRun
    $interfaces = [ordered]@{ id = 'interfaces'; kind = 'interfaces'; atMs = 0; gateway = $run.Gateway }
    $profiles = [ordered]@{ id = 'vpn-profiles'; kind = 'vpn-profiles'; atMs = 0 }
    $evidence.measurements = @(Measure-Round @{ number = 1; steps = @($interfaces, $profiles) })
    if ($run.Save) { [void](Save-Evidence $evidence $run.Save) }
    $run.ExitCode = 0
    return ConvertTo-AsciiJson $evidence
  }
  if ($run.Yes) { Write-Host ($words.yesByPolicy -f $run.User) } else {
    do {
      $typed = Read-Answer $words.question
      $isMore = "$typed" -match '^\s*[m\uff4d]\s*\z'
      if ($isMore) { Show-Details $facts }
    } while ($isMore)
    if (-not (Test-Yes $typed)) {
      $run.ExitCode = 4
      Write-Host $(if ($null -eq $typed) { $words.noTerminalInPowershell } else { $words.declined })
      return
    }
  }
  Invoke-Rounds $evidence
}

# Takes what the case is about, and the texts for it. Returns the first field that is wrong.
function Read-Facts($Facts) {
  $run.Gateway = Get-Value $Facts 'gateway'
  if (-not (Test-Name $run.Gateway)) { return 'gateway' }
  $run.Reflector = Get-Value $Facts 'reflector'
  if ($null -ne $run.Reflector -and -not (Test-Name $run.Reflector)) { return 'reflector' }
  $ask = Get-Value $Facts 'ask'
  $run.Asked = @('capture', 'apply' | Where-Object { $ask -contains $_ })
  $served = Get-Value $Facts 'agentWords'
  if ($null -eq $served) { return 'agentWords' }
  foreach ($word in $served.PSObject.Properties) { $words[$word.Name] = Format-Plain $word.Value 1000 }
}

# Every round sends all measurements so far, because the service keeps none between rounds.
function Invoke-Rounds($Evidence) {
  $answer = Invoke-Service 'POST' '/v1/runs' '' ([ordered]@{ code = $run.Code; agent = $Evidence.agent })
  if ($answer.Kind -ne 'ok') { Show-StartFailure $answer; return }
  $started = $answer.Value
  $runId = "$(Get-Value $started 'runId')"
  $token = "$(Get-Value $started 'runToken')"
  if ($runId -notmatch '^[A-Za-z0-9_-]{1,128}\z' -or $token -notmatch '^[A-Za-z0-9_-]{1,256}\z') {
    Show-StartFailure (New-StrangeAnswer 'runId, runToken')
    return
  }
  $named = "$(Get-Value $started 'gateway')"
  if ($named -ne $run.Gateway) {
    $run.ExitCode = 4
    Write-Host ($words.otherGateway -f $run.Gateway, (Format-Plain $named 253))
    return
  }
  $round = Get-Value $started 'round'
  $measuredMs = 0
  $askingRounds = 0
  for ($count = 1; $count -le 20; $count++) {
    $wrong = Find-WrongField $round
    if ($wrong) { $answer = New-StrangeAnswer $wrong; break }
    # The person was told of about a minute. While packets are recorded or an MTU is tried, they are asked.
    if ($measuredMs -gt 180000) { $answer = New-StrangeAnswer '180 s of measuring, no report'; break }
    $began = Get-ElapsedMs
    $Evidence.measurements += @(Measure-Round $round)
    # Each of the two is done once in a run.
    $isAsking = @($round.steps | Where-Object { $run.Asked -contains $_.kind }).Count -gt 0
    if (-not $isAsking -or (++$askingRounds) -gt 2) { $measuredMs += (Get-ElapsedMs) - $began }
    $body = [ordered]@{ round = $round.number; startedAt = $Evidence.startedAt; measurements = $Evidence.measurements }
    $answer = Send-Round "/v1/runs/$runId/rounds" $token $body
    if ($answer.Kind -ne 'ok') { break }
    if ((Get-Value $answer.Value 'status') -eq 'done') {
      # It becomes part of an address that a person is shown.
      if ("$(Get-Value $answer.Value 'reportId')" -notmatch '^[A-Za-z0-9-]{1,64}\z') { $answer = New-StrangeAnswer 'reportId'; break }
      Show-Report $Evidence $answer.Value "/v1/runs/$runId/capture" $token
      return
    }
    $round = Get-Value $answer.Value 'round'
    $answer = New-StrangeAnswer "$count rounds, no report"
  }
  Write-Host ($words.uploadFailed -f $answer.Text)
  Save-Unsent $Evidence
  $isFinal = $answer.Kind -eq 'refused' -and (401, 403, 404, 410) -contains $answer.Status
  $run.ExitCode = $(if ($isFinal) { 4 } else { 5 })
  if (-not $isFinal) { Show-Blocked }
}

function Show-Report($Evidence, $Reply, $CapturePath, $Token) {
  $reportId = Format-Plain (Get-Value $Reply 'reportId') 64
  if ($run.CaptureFile) {
    $sent = Invoke-Service 'PUT' $CapturePath $Token $null $run.CaptureFile
    if ($sent.Kind -ne 'ok') {
      Write-Host ($words.captureKept -f $sent.Text, $run.CaptureFile)
      $run.CaptureFile = $null # it stays
    } elseif ((Get-Value $sent.Value 'diagnosis')) { $Reply = $sent.Value }
  }
  if ($run.Save) { [void](Save-Evidence $Evidence $run.Save) }
  $run.ExitCode = $(if ((Get-Value $Reply 'problem') -eq $false) { 0 } else { 1 })
  $diagnosis = Get-Value $Reply 'diagnosis'
  if ($run.Quiet) {
    $mtu = Get-Value (Get-Value $diagnosis 'recommendation') 'interfaceMtu'
    return "$reportId $(Format-Plain (Get-Value $diagnosis 'verdict') 64) $(if (Test-Integer $mtu 576 9216) { $mtu } else { '-' })$(if ($run.Yes) { " yes-by-policy:$($run.User)" })"
  }
  $sentence = Format-Plain (Get-Value (Get-Value $diagnosis 'text') 'sentence') 2000
  if ($sentence -ne '') { Write-Host $sentence }
  try {
    if (-not $run.Yes) {
      Set-Clipboard -Value $reportId
      Write-Host $words.onClipboard
    }
  } catch { $null = $_ }
  Write-Host $words.reportBelow
  $reportId
  Write-Host "$($run.Server)/r/$reportId"
}

# What is said before anything but this is done; "m" shows all.
function Show-Consent($Facts) {
  $hosts = @($run.Gateway, $run.Reflector | Where-Object { $_ }) -join ', '
  $operator = Format-Plain (Get-Value $Facts 'operator') 200
  @(
    '', ($words.consentWho -f $operator, $run.Server, $run.Gateway)
    $words.consentReads
    ($words.consentSends -f $hosts, $run.MaxDatagrams, ($run.MaxSentBytes / 1024), $run.Server)
    $(if (Get-Value $Facts 'rehearsal') { $words.consentLogins })
    $(if ($run.Asked) { $words.askHeadingElevated } else { $words.notDone })
    $(if ($run.Asked -contains 'capture') { "  - $($words.askedCapture -f $run.Gateway, $run.Server)" })
    $(if ($run.Asked -contains 'apply') { "  - $($words.askedApply)" })
    $(if ($run.Constrained) { $words.constrained -f $run.Server })
    $words.unasked
    # The words above are the service's. This line is not, and holds whatever they say.
    "[ikefrag $($run.Version)] packets -> $hosts; results -> $($run.Server)", ''
  ) | Write-Host
}

function Show-Details($Facts) {
  $hosts = @($run.Gateway, $run.Reflector | Where-Object { $_ }) -join ', '
  @(
    '', ($words.validUntil -f $(try { ([datetime]$Facts.expiresAt).ToLocalTime().ToString('yyyy-MM-dd HH:mm zzz') } catch { '?' }))
    $words.readHeading, "  - $($words.readInterfaces)", "  - $($words.readVpnProfiles)", "  - $($words.readSettings)"
    $words.sendHeading, "  - $($words.sendGateway -f $hosts, $run.MaxDatagrams, ($run.MaxSentBytes / 1024))"
    $(if (Get-Value $Facts 'rehearsal') { "  - $($words.beginsLogin)" })
    $(if ($run.Reflector) { "  - $($words.reflectorAnswers -f $run.Reflector)" })
    "  - $($words.sendService -f $run.Server)"
    $(if ($run.Asked) { $words.nothingElse } else { $words.notDone }), ''
  ) | Write-Host
}

# ---- The service: three requests, and a fourth for a capture ----

# Kind is ok, with Value; or refused (with Status), unreachable or strange, with a Text that says why.
function Invoke-Service($Method, $Path, $Token = '', $Body = $null, $File = $null) {
  $ProgressPreference = 'SilentlyContinue' # 5.1 draws it for every block
  $headers = @{ 'Accept' = 'application/json'; 'Accept-Language' = $run.Language }
  if ($Token -ne '') { $headers['Authorization'] = "Bearer $Token" }
  # A redirection could give the code or token to somebody else.
  $request = @{
    Uri = "$($run.Server)$Path"; Method = $Method; Headers = $headers
    UseBasicParsing = $true; TimeoutSec = 20; MaximumRedirection = 0
  }
  if ($null -ne $Body) {
    $request['Body'] = ConvertTo-AsciiJson $Body
    $request['ContentType'] = 'application/json'
  }
  if ($File) {
    $request['InFile'] = $File
    $request['ContentType'] = 'application/vnd.tcpdump.pcap'
    $request['TimeoutSec'] = 120
  }
  try { $response = Invoke-WebRequest @request } catch { return Get-RequestFailure $_ }
  $text = "$($response.Content)"
  $status = [int]$response.StatusCode
  if ($status -ge 300 -or $text.Length -gt 4MB) { return New-StrangeAnswer "HTTP $status" }
  # Brackets in brackets can end PowerShell itself while it reads them. An honest answer has some hundreds.
  if (($text -replace '[^\[{]').Length -gt 5000) { return New-StrangeAnswer 'JSON' }
  try { @{ Kind = 'ok'; Value = (ConvertFrom-Json $text) } } catch { New-StrangeAnswer 'JSON' }
}

function New-StrangeAnswer($What) {
  @{ Kind = 'strange'; Text = $words.strangeAnswer -f $What }
}

function Get-RequestFailure($Failure) {
  $response = Get-Value $Failure.Exception 'Response'
  if (-not $response) {
    return @{ Kind = 'unreachable'; Text = (Format-Plain $Failure.Exception.Message 300) }
  }
  $status = [int]$response.StatusCode
  $why = "HTTP $status"
  try {
    # A problem document (RFC 9457). Of anything else, such as a proxy's page, only the status is told.
    if ($Failure.ErrorDetails) { $text = $Failure.ErrorDetails.Message } else {
      $stream = $response.GetResponseStream() # 5.1 does not read it where its length is not announced
      $stream.Position = 0
      $text = (New-Object IO.StreamReader($stream)).ReadToEnd()
    }
    $problem = ConvertFrom-Json $text
    $said = @($problem.title, (Get-Value $problem 'detail') | Where-Object { $_ }) -join '. '
    $why = Format-Plain $said 1000
  } catch { $null = $_ }
  @{ Kind = 'refused'; Status = $status; Text = $words.refused -f $why }
}

# Tries again where waiting can help: no network for a moment, or a busy service.
function Send-Round($Path, $Token, $Body) {
  Write-Host $words.uploading
  foreach ($delay in 1, 3, 9, 0) {
    $answer = Invoke-Service 'POST' $Path $Token $Body
    $isBusy = $answer.Kind -eq 'refused' -and (429, 502, 503, 504) -contains $answer.Status
    if ($delay -eq 0 -or -not ($isBusy -or $answer.Kind -eq 'unreachable')) { return $answer }
    Write-Host ($words.retrying -f $answer.Text)
    Start-Sleep -Seconds $delay
  }
}

function Show-StartFailure($Answer) {
  $isFinal = $Answer.Kind -eq 'refused' -and $Answer.Status -lt 500
  $run.ExitCode = $(if ($isFinal) { 4 } else { 3 })
  Write-Host $(if ($isFinal) { $Answer.Text } else { $words.noService -f $run.Server, $Answer.Text })
  if (-not $isFinal) { Show-Blocked }
}

function Show-Blocked {
  if (-not $run.Quiet) { Write-Host ($words.seeBlocked -f $run.Server) }
}

function Save-Unsent($Evidence) {
  $name = "ikefrag-$($run.Code -replace '-')-$(($Evidence.startedAt -replace '\D').Substring(0, 14)).json"
  # Software deployment runs it in the system's own folder.
  foreach ($file in @($run.Save, $(if (-not $run.Yes) { $name }), "$env:TEMP\$name" | Where-Object { $_ })) {
    if (Save-Evidence $Evidence $file) {
      Write-Host ($words.sendLater -f $file)
      return
    }
  }
}

function Save-Evidence($Evidence, $File) {
  try {
    Set-Content -LiteralPath $File -Value (ConvertTo-AsciiJson $Evidence) -Encoding Ascii
    Write-Host ($words.savedTo -f $File)
    $true
  } catch {
    Write-Host ($words.cannotSave -f $File, (Format-Plain $_.Exception.Message 300))
    $false
  }
}

# ---- What the service asks for is checked: this computer does not trust it ----

# Returns the first field that is wrong.
function Find-WrongField($Round) {
  if (-not (Test-Integer (Get-Value $Round 'number') 1 20)) { return 'round.number' }
  $steps = Get-Value $Round 'steps'
  if ($steps -isnot [array] -or $steps.Count -gt 64) { return 'round.steps' }
  for ($i = 0; $i -lt $steps.Count; $i++) {
    $field = Find-WrongStepField $steps[$i]
    if ($field) { return "round.steps.$i.$field" }
  }
}

function Find-WrongStepField($Step) {
  $kind = Get-Value $Step 'kind'
  $fields = -split $(switch -CaseSensitive -Exact ("$kind") {
    'interfaces' { 'id atMs gateway' }
    'vpn-profiles' { 'id atMs' }
    'echo' { 'id atMs target family pingPayloadBytes dontFragment tries waitMs' }
    'udp' { 'id atMs target family port datagram dontFragment userMtu tries waitMs' }
    'capture' { 'id atMs target seconds maxBytes' }
    'apply' { 'id atMs interfaceIndex family interfaceMtu' }
  })
  if (-not $fields) { return 'kind' }
  $bounds = @{
    atMs = 0, 30000; pingPayloadBytes = 0, 9000; tries = 1, 5; waitMs = 100, 10000; port = 1, 65535; seconds = 1, 60
    userMtu = 576, 9216; interfaceMtu = 576, 9216; maxBytes = 1, 5000000; interfaceIndex = 1, 4294967295
  }
  foreach ($field in $fields) {
    $value = Get-Value $Step $field
    $isRight = switch ($field) {
      'id' { $value -is [string] -and $value -cmatch '^[a-z0-9][a-z0-9-]{0,63}\z' }
      { 'gateway', 'target' -contains $_ } { Test-Name $value; break }
      'family' { ($null -eq $value -and $kind -eq 'udp') -or (Test-Integer $value 4 4) -or (Test-Integer $value 6 6) }
      'dontFragment' { $value -is [bool] }
      'datagram' { $value -is [string] -and $value.Length -le 12000 -and $value.Length % 4 -eq 0 -and $value -match '^[A-Za-z0-9+/]*={0,2}\z' }
      default { ($null -eq $value -and $field -eq 'userMtu') -or (Test-Integer $value $bounds[$field][0] $bounds[$field][1]) }
    }
    if (-not $isRight) { return $field }
  }
  if ($kind -eq 'apply' -and $Step.family -eq 6 -and $Step.interfaceMtu -lt 1280) { return 'interfaceMtu' }
  if ($kind -eq 'udp') { Find-WrongDatagramField $Step }
}

# The gateway gets IKEv2 requests on IKE's two ports, and the reflector its own two requests on one port; so
# nobody can have this computer send anything else. Where .NET is forbidden, no datagram is sent at all.
function Find-WrongDatagramField($Step) {
  $isIke = 500, 4500 -contains $Step.port -and ($Step.target -ne $run.Reflector -or $Step.target -eq $run.Gateway)
  if (-not $isIke) {
    if ($Step.target -ne $run.Reflector) { return 'port' }
    if ($null -eq $run.ReflectorPort) { $run.ReflectorPort = $Step.port }
    if ($Step.port -ne $run.ReflectorPort) { return 'port' }
  }
  if ($run.Constrained) { return }
  $bytes = [Convert]::FromBase64String($Step.datagram)
  $head = [BitConverter]::ToString($bytes, 0, [Math]::Min(32, $bytes.Length)) -replace '-'
  if (-not $isIke) {
    # "IKFR", version 1; type 1 with a token (69 bytes), or type 2 with a token, a cookie and a size (91).
    if ("$($bytes.Length) $head" -notmatch '^(69 494B46520101|91 494B46520102)') { return 'datagram' }
    return
  }
  # RFC 7296 3.1: SPIs, next payload, version 2.0, exchange (IKE_SA_INIT, IKE_AUTH, INFORMATIONAL,
  # IKE_INTERMEDIATE), the initiator's flag alone, message ID, length. On port 4500, four zero bytes come
  # first.
  $markerBytes = $(if ($Step.port -eq 4500) { 4 } else { 0 })
  if ($head -notmatch "^(00){$markerBytes}.{34}20(22|23|25|2B)08.{8}(.{8})") { return 'datagram' }
  if ([Convert]::ToInt64($Matches[3], 16) -ne $bytes.Length - $markerBytes) { return 'datagram' }
}

function Test-Integer($Value, $Least, $Most) {
  ($Value -is [int] -or $Value -is [int64]) -and $Value -ge $Least -and $Value -le $Most
}

function Test-Name($Value) {
  $Value -is [string] -and $Value -match '^(?!-)[A-Za-z0-9._:-]{1,253}\z'
}

# ---- A round: reads this computer first; then all network steps run side by side, each from its atMs on ----

function Measure-Round($Round) {
  Write-Host ($words.round -f $Round.number, $Round.steps.Count)
  $jobs = @(foreach ($step in $Round.steps) {
    @{
      Step = $step; Outcome = $null; StartedAtMs = $null; SentAtMs = @(); WaitUntilMs = 0; Answers = @(); Reassembly = $null
      Address = $null; Family = 0; Lane = ''; Bytes = $null; IpBytes = 0; Socket = $null; DontFragment = $null; Ping = $null; Task = $null
    }
  })
  try {
    foreach ($job in $jobs) {
      if ('interfaces', 'vpn-profiles' -contains $job.Step.kind) { Invoke-LocalStep $job }
    }
    $network = @($jobs | Where-Object { 'echo', 'udp' -contains $_.Step.kind })
    foreach ($job in $network) { $job.WaitUntilMs = (Get-ElapsedMs) + $job.Step.atMs }
    while ($true) {
      # In the order of waiting, with one look at the clock, so that no job overtakes another to its port.
      $open = @(foreach ($job in $network) { if (-not $job.Outcome) { $job } }) | Sort-Object { $_.WaitUntilMs }
      $now = Get-ElapsedMs
      if (-not $open) { break }
      foreach ($job in @($open)) {
        $isHeard = $job.Socket -and ($job.Socket.Poll(0, 'SelectRead') -or $job.Socket.Poll(0, 'SelectError'))
        if ($now -lt $job.WaitUntilMs -and -not $isHeard -and -not $job.Task) { continue }
        Step-Job $job $now $isHeard
        if ($job.Outcome -and $job.Reassembly) { $job.Reassembly = Get-Reassembly $job.Reassembly }
      }
      Start-Sleep -Milliseconds 5
    }
    # These connect the VPN, which would disturb all other steps.
    foreach ($job in $jobs) {
      if ('capture', 'apply' -contains $job.Step.kind) { Invoke-LocalStep $job }
    }
  } finally {
    foreach ($job in $jobs) {
      if ($job.Socket) { $job.Socket.Close() }
      if ($job.Ping) { $job.Ping.Dispose() }
    }
  }
  foreach ($job in $jobs) {
    $measurement = [ordered]@{ step = $job.Step; startedAtMs = $job.StartedAtMs; sentAtMs = $job.SentAtMs; outcome = $job.Outcome }
    if ($job.Reassembly) { $measurement['reassembly'] = $job.Reassembly }
    $measurement
  }
}

function Invoke-LocalStep($Job) {
  $Job.StartedAtMs = Get-ElapsedMs
  try {
    $Job.Outcome = switch ($Job.Step.kind) {
      'interfaces' { Read-Interfaces $Job.Step }
      'vpn-profiles' { Read-VpnProfiles }
      'capture' { Invoke-Capture $Job.Step }
      'apply' { Invoke-Apply $Job.Step }
    }
  } catch { $Job.Outcome = New-Failure 'other' $_.Exception.Message }
}

# Does what can be done of an echo or udp job without waiting.
function Step-Job($Job, $now, $isHeard) {
  if ($null -eq $Job.StartedAtMs) {
    $Job.StartedAtMs = $now
    Open-Job $Job
  } elseif ($isHeard -and $Job.Answers.Count -lt 8) { Receive-Answers $Job } elseif ($Job.Task) { Receive-Echo $Job }
  if ($Job.Outcome -or $Job.Task -or $now -lt $Job.WaitUntilMs) { return }
  if ($Job.Answers.Count -gt 0) {
    $Job.Outcome = [ordered]@{ status = 'answered'; address = $Job.Address; dontFragment = $Job.DontFragment; answers = $Job.Answers }
    return
  }
  $isSpent = $run.Datagrams + 1 -gt $run.MaxDatagrams -or $run.SentBytes + $Job.Bytes.Length -gt $run.MaxSentBytes
  if ($isSpent -or $Job.SentAtMs.Count -ge $Job.Step.tries) {
    $Job.Outcome = $(
      if ($Job.SentAtMs.Count -eq 0) { New-NotRun 'This run has sent as many packets as it may' } else { New-JobFailure $Job 'timeout' $null }
    )
    return
  }
  if ($run.FreeAtMs.ContainsKey($Job.Lane) -and $now -lt $run.FreeAtMs[$Job.Lane]) { return }
  $run.Datagrams++
  $run.SentBytes += $Job.Bytes.Length
  $now = Get-ElapsedMs
  $run.FreeAtMs[$Job.Lane] = $now + $run.MinGapMs
  $Job.SentAtMs += $now
  $Job.WaitUntilMs = $now + $Job.Step.waitMs
  if ($Job.Step.kind -eq 'echo') { Send-Echo $Job; return }
  try { [void]$Job.Socket.Send($Job.Bytes) } catch { $Job.Outcome = New-SocketFailure $Job $_ }
}

function Open-Job($Job) {
  $step = $Job.Step
  if ($run.Constrained -and $step.kind -eq 'udp') { $Job.Outcome = New-NotRun 'Cannot send over UDP: PowerShell is in Constrained Language Mode here'; return }
  $target = Find-Target $step $step.family
  if ($target -is [string]) { $Job.Outcome = New-NotRun $target; return }
  if (-not $target) { $Job.Outcome = New-JobFailure $Job 'unresolved' "Cannot resolve $($step.target)"; return }
  $Job.Address = $target.address
  $Job.Family = $target.family
  if ($step.kind -eq 'udp') {
    $Job.Lane = "udp/$($step.port)"
    $Job.Bytes = [Convert]::FromBase64String($step.datagram)
    Open-Socket $Job
    return
  }
  $Job.Lane = 'echo'
  $Job.Bytes = @(0) * $step.pingPayloadBytes
  $Job.IpBytes = $step.pingPayloadBytes + $(if ($Job.Family -eq 4) { 28 } else { 48 })
  if (-not $step.dontFragment -and -not $run.Constrained) { $Job.Reassembly = Get-Reassembly @{ required = 0; failed = 0 } }
}

# ---- UDP: a socket for each step. It is connected, so that it gets the ICMP errors about it ----

# IP_MTU_DISCOVER 3 (PROBE) sets DF, and refuses only what exceeds the interface's MTU. 2 (DONT) clears DF,
# and cuts to that MTU. IP_USER_MTU is an upper bound for one socket. Numbers of ws2ipdef.h, the same for IPv4
# and IPv6.
function Open-Socket($Job) {
  $step = $Job.Step
  try {
    $Job.Socket, $level = New-UdpSocket $Job.Family
    $discovery = $(if ($step.dontFragment) { 3 } else { 2 })
    if ((Set-SocketNumber $Job.Socket $level 71 $discovery) -ne $discovery) {
      $Job.Outcome = New-NotRun 'Cannot set or clear DF: this Windows refuses the socket option'
    } elseif ($step.userMtu -and (Set-SocketNumber $Job.Socket $level 76 $step.userMtu) -ne $step.userMtu) {
      $Job.Outcome = New-NotRun 'Cannot set an MTU for one socket: this Windows has no IP_USER_MTU (build 19041 and later have)'
    } else {
      $Job.DontFragment = $step.dontFragment
      $Job.Socket.Connect([ipaddress]$Job.Address, $step.port)
      $Job.Socket.Blocking = $false
    }
  } catch { $Job.Outcome = New-SocketFailure $Job $_ }
}

# The socket, and the level of its options.
function New-UdpSocket($Family) {
  $v6 = $(if ($Family -eq 6) { 'V6' })
  New-Object Net.Sockets.Socket("InterNetwork$v6", 'Dgram', 'Udp')
  [Net.Sockets.SocketOptionLevel]"IP$v6"
}

# Returns the option's value afterwards; nothing where it is refused.
function Set-SocketNumber($Socket, $Level, $Option, $Value) {
  $name = [Enum]::ToObject([Net.Sockets.SocketOptionName], $Option)
  try {
    $Socket.SetSocketOption($Level, $name, $Value)
    try { $Socket.GetSocketOption($Level, $name) } catch { $Value } # it can be set but not read
  } catch { $null }
}

function Receive-Answers($Job) {
  $buffer = New-Object byte[] 65535
  do {
    try { $count = $Job.Socket.Receive($buffer) } catch {
      if ($Job.Answers.Count -eq 0) { $Job.Outcome = New-SocketFailure $Job $_ }
      return
    }
    $now = Get-ElapsedMs
    if ($count -gt 9000) { $count = 9000 }
    # Wait a little longer, because duplicates show that the path duplicates packets.
    if ($Job.Answers.Count -eq 0) { $Job.WaitUntilMs = $now + 150 }
    $Job.Answers += [ordered]@{ atMs = $now; datagram = [Convert]::ToBase64String($buffer, 0, $count) }
  } while ($Job.Answers.Count -lt 8 -and $Job.Socket.Available)
}

# ---- Echo requests ----

function Send-Echo($Job) {
  if ($Job.Family -eq 6 -and $Job.Step.dontFragment) {
    # IPv6 has no DF. Only Windows itself cuts a packet, where it knows that it is too large for the path.
    $pathMtu = Get-PathMtu $Job
    if (-not $pathMtu) { $Job.Outcome = New-NotRun 'Cannot tell here whether an IPv6 echo request leaves whole' }
    elseif ($pathMtu -lt $Job.IpBytes) {
      $Job.Outcome = New-JobFailure $Job 'too-big-locally' 'Larger than the path MTU that Windows knows'
      $Job.Outcome['nextHopMtu'] = $pathMtu
    }
    if ($Job.Outcome) { $Job.SentAtMs = @($Job.SentAtMs | Select-Object -SkipLast 1); return }
  }
  if ($run.Constrained) { Invoke-PingProgram $Job; return }
  try {
    $Job.Ping = New-Object Net.NetworkInformation.Ping
    $options = New-Object Net.NetworkInformation.PingOptions(64, $Job.Step.dontFragment)
    $Job.Task = $Job.Ping.SendPingAsync([ipaddress]$Job.Address, $Job.Step.waitMs, [byte[]]$Job.Bytes, $options)
  } catch { $Job.Outcome = New-SocketFailure $Job $_ }
}

function Receive-Echo($Job) {
  if (-not $Job.Task.IsCompleted) { return }
  $task = $Job.Task
  $Job.Task = $null
  $Job.WaitUntilMs = 0
  try { $reply = $task.Result } catch {
    $Job.Outcome = New-SocketFailure $Job $_
    return
  } finally {
    $Job.Ping.Dispose()
    $Job.Ping = $null
  }
  $status = "$($reply.Status)"
  if ($status -eq 'TimedOut') { return }
  $from = $(if ($reply.Address) { $reply.Address.IPAddressToString } else { '' })
  if ($status -eq 'Success') {
    $received = $(if ($reply.Buffer) { $reply.Buffer.Length } else { 0 })
    $Job.Outcome = [ordered]@{
      status = 'answered'
      address = $Job.Address
      roundTripMs = $reply.RoundtripTime
      replyPingPayloadBytes = $(if ($received -eq 0 -and $Job.Bytes.Length -gt 0) { $null } else { $received })
    }
    return
  }
  # Without an address, this computer itself refused.
  $isLocal = '', '0.0.0.0', '::' -contains $from
  $failure = switch -Regex ($status) {
    'PacketTooBig' { $(if ($isLocal) { 'too-big-locally' } else { 'too-big-remotely' }) }
    'Unreachable|Prohibited|Expired|BadRoute|Exceeded' { 'unreachable' }
    'NoResources' { 'refused-by-system' }
    default { 'other' }
  }
  $Job.Outcome = New-JobFailure $Job $failure "IPStatus $status"
  if (-not $isLocal) { $Job.Outcome['router'] = $from }
  $pathMtu = Get-PathMtu $Job
  if ($status -eq 'PacketTooBig' -and $pathMtu -lt $Job.IpBytes) { $Job.Outcome['nextHopMtu'] = $pathMtu }
}

# IP_MTU of a connected socket: the path MTU that Windows knows, once a router has told it.
function Get-PathMtu($Job) {
  $socket = $null
  try {
    $socket, $level = New-UdpSocket $Job.Family
    $socket.Connect([ipaddress]$Job.Address, 500)
    $option = $(if ($Job.Family -eq 4) { 73 } else { 72 })
    ConvertTo-Mtu $socket.GetSocketOption($level, [Enum]::ToObject([Net.Sockets.SocketOptionName], $option))
  } catch { $null } finally {
    if ($socket) { $socket.Close() }
  }
}

# IPv4 fragments that this computer received since then, and datagrams that stayed incomplete.
function Get-Reassembly($Before) {
  try {
    $now = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetIPv4GlobalStatistics()
    [ordered]@{ required = $now.PacketReassembliesRequired - $Before.required; failed = $now.PacketReassemblyFailures - $Before.failed }
  } catch { $null }
}

# Used where .NET is forbidden. Windows translates all but TTL=, DF, addresses and ms.
function Invoke-PingProgram($Job) {
  $programArguments = @('-n', '1', '-l', "$($Job.Step.pingPayloadBytes)", '-w', "$($Job.Step.waitMs)")
  if ($Job.Step.dontFragment) { $programArguments += '-f' }
  $said = Invoke-Program 'ping.exe' ($programArguments + $Job.Address)
  $Job.WaitUntilMs = 0
  if ($null -eq $said.ExitCode) { $Job.Outcome = New-JobFailure $Job 'refused-by-system' 'Cannot start ping.exe'; return }
  foreach ($line in $said.Lines) {
    if ($line -match ':\s*$' -or $line -match "^\W*$") { continue } # a heading ends in a colon
    $isAnswer = $line -match 'TTL=\d' -or ($Job.Family -eq 6 -and $line -match '[=<]\s*\d+\s*ms')
    if ($isAnswer) {
      $time = $(if ($line -match '=\s*(\d+)\s*ms') { [int]$Matches[1] } elseif ($line -match '<\s*\d+\s*ms') { 0 })
      $bytes = $(if (($line -replace 'TTL=\d+') -match '=\s*(\d+)(?!\s*ms|\d)') { [int]$Matches[1] })
      $Job.Outcome = [ordered]@{ status = 'answered'; address = $Job.Address; roundTripMs = $time; replyPingPayloadBytes = $bytes }
      return
    }
    $router = $(if ($line -match '\d+(\.\d+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*') { $Matches[0] })
    $failure = $(if ($line -notmatch 'DF') { 'unreachable' } elseif (-not $router) { 'too-big-locally' } else { 'too-big-remotely' })
    if ($failure -eq 'unreachable' -and (-not $router -or $line -match '=\s*1\D')) { continue }
    $Job.Outcome = New-JobFailure $Job $failure $line
    $Job.Outcome['router'] = $router
    return
  }
}

# ---- Outcomes ----

function New-NotRun($Why) {
  [ordered]@{ status = 'not-run'; why = (Format-Foreign $Why) }
}

function New-Failure($Failure, $Detail) {
  [ordered]@{ status = 'failed'; failure = $Failure; detail = $(if ($Detail) { Format-Foreign $Detail }) }
}

function New-JobFailure($Job, $Failure, $Detail) {
  $outcome = New-Failure $Failure $Detail
  if ($Job.Step.kind -eq 'echo') {
    $outcome['router'] = $null
    $outcome['nextHopMtu'] = $null
  } else {
    $outcome['address'] = $Job.Address
    $outcome['dontFragment'] = $Job.DontFragment
  }
  $outcome
}

function New-SocketFailure($Job, $ErrorRecord) {
  $exception = $ErrorRecord.Exception
  while ($exception.InnerException) { $exception = $exception.InnerException }
  $code = "$(Get-Value $exception 'SocketErrorCode')"
  $failure = switch -Regex ($code) {
    'MessageSize' { 'too-big-locally' }
    # ConnectionReset: Windows says so for an ICMP port unreachable.
    'ConnectionRe(set|fused)|(Host|Network)(Unreachable|Down)|NetworkReset|AddressNotAvailable' { 'unreachable' }
    'AccessDenied' { 'refused-by-system' }
    default { 'other' }
  }
  New-JobFailure $Job $failure "$code $($exception.Message)"
}

# ---- The gateway and the reflector: resolved once, so that all steps reach the same hosts ----

# Its addresses, in the resolver's order; none where the name or the resolver does not exist.
function Resolve-Name($Name) {
  if ($run.Addresses.ContainsKey($Name)) { return $run.Addresses[$Name] }
  $found = @(try {
    if ($Name -match '^\d+(\.\d+){3}$|:') { [ipaddress]$Name } elseif ($run.Constrained) {
      foreach ($record in Resolve-DnsName -Name $Name -Type A_AAAA) { [ipaddress](Get-Value $record 'IPAddress') }
    } else {
      $lookup = [Net.Dns]::GetHostAddressesAsync($Name)
      if ($lookup.Wait(10000)) { $lookup.Result }
    }
  } catch { $null = $_ })
  $texts = @(foreach ($entry in $found) { if ($entry) { $entry.IPAddressToString -replace '%.*$' } }) | Select-Object -Unique -First 32
  $run.Addresses[$Name] = @(foreach ($text in $texts) {
    [ordered]@{ address = $text; family = $(if ($text -match ':') { 6 } else { 4 }) }
  })
  $run.Addresses[$Name]
}

# Returns an address and its family; a text for a host that the case does not name; or nothing.
function Find-Target($Step, $Family) {
  $target = $Step.target
  if ($target -eq $run.Gateway -or ($target -eq $run.Reflector -and $Step.kind -eq 'udp')) { $own = @(Resolve-Name $target) } else {
    $literal = "$(if ($target -match '[.:]') { $target -as [ipaddress] })"
    $own = @(Resolve-Name $run.Gateway | Where-Object { $_.address -eq $literal })
    if ($own.Count -eq 0) { return "Cannot send to ${target}: this run is about $($run.Gateway) alone" }
  }
  $own | Where-Object { $null -eq $Family -or $_.family -eq $Family } | Select-Object -First 1
}

# ---- This computer: read from objects where Windows has them, because its texts are translated ----

function Read-Interfaces($Step) {
  if ($Step.gateway -ne $run.Gateway) {
    return New-NotRun "Cannot look up $($Step.gateway): this run is about $($run.Gateway) alone"
  }
  $addresses = @(Resolve-Name $run.Gateway)
  # Some editions of Windows have only netsh.
  $interfaces = @(try { Read-CmdletInterfaces } catch { Read-NetshInterfaces })
  if ($interfaces.Count -eq 0) { return New-Failure 'refused-by-system' 'Cannot read interfaces: neither cmdlets nor netsh know any' }
  [ordered]@{
    status = 'measured'
    interfaces = @($interfaces | Select-Object -First 256)
    gatewayAddresses = $addresses
    route = $(if ($addresses.Count -gt 0) { Find-Route $addresses[0].address })
  }
}

function New-Interface($Index, $Name, $Description, $Addresses) {
  $addresses = @(foreach ($address in $Addresses) { "$address" -replace '%.*$' }) | Select-Object -First 64
  [ordered]@{
    index = [int64]$Index; name = (Format-Foreign $Name); description = $Description
    mtuV4 = $null; mtuV6 = $null; connected = $false; addresses = @($addresses)
  }
}

# Rows of the persistent store have no values. The interface of Windows's own VPN is no adapter.
function Read-CmdletInterfaces {
  $rows = @(Get-NetIPInterface | Where-Object { "$($_.Store)" -eq 'ActiveStore' })
  $addresses = @(Get-NetIPAddress -ErrorAction SilentlyContinue | Where-Object { "$($_.Store)" -eq 'ActiveStore' })
  $adapters = @(try { Get-NetAdapter -IncludeHidden } catch { $null = $_ }) # they have only the descriptions
  foreach ($group in $rows | Group-Object InterfaceIndex) {
    $index = $group.Group[0].InterfaceIndex
    $adapter = $adapters | Where-Object { $_.InterfaceIndex -eq $index } | Select-Object -First 1
    $description = $(if ($adapter) { Format-Foreign $adapter.InterfaceDescription })
    $own = @($addresses | Where-Object { $_.InterfaceIndex -eq $index } | ForEach-Object { $_.IPAddress })
    $interface = New-Interface $index $group.Group[0].InterfaceAlias $description $own
    foreach ($row in $group.Group) {
      $interface[$(if ("$($row.AddressFamily)" -eq 'IPv6') { 'mtuV6' } else { 'mtuV4' })] = ConvertTo-Mtu $row.NlMtu
      if ("$($row.ConnectionState)" -eq 'Connected') { $interface['connected'] = $true }
    }
    $interface
  }
}

# The table's heading is translated; its columns and states are not.
function Read-NetshInterfaces {
  foreach ($line in (Invoke-Program 'netsh.exe' @('interface', 'ipv4', 'show', 'interfaces')).Lines) {
    if ($line -notmatch '^\s*(\d{1,10})\s+\d+\s+(\d{1,10}|Default)\s+(\S+)\s+(\S.*?)\s*$') { continue }
    $index, $mtu, $state, $name = $Matches[1..4]
    $interface = New-Interface $index $name $null @()
    $interface['mtuV4'] = ConvertTo-Mtu ($mtu -as [int64])
    $interface['connected'] = $state -eq 'connected'
    $interface
  }
}

# The source address and its interface. Where a VPN takes all traffic, they are the VPN's.
function Find-Route($Address) {
  try {
    foreach ($row in @(Find-NetRoute -RemoteIPAddress $Address)) {
      $source = Get-Value $row 'IPAddress' # only the first of the two objects has it
      if ($source) { return [ordered]@{ address = $Address; interfaceIndex = [int64]$row.InterfaceIndex; sourceAddress = "$source" -replace '%.*$' } }
    }
  } catch { $null = $_ } # no route
}

# Get-VpnConnection lists the user's connections or everybody's, never both. Get-WinEvent fails without
# events.
function Read-VpnProfiles {
  if ($null -eq (Get-Command Get-VpnConnection -ErrorAction SilentlyContinue)) {
    return New-NotRun 'Cannot read VPN profiles: this edition of Windows has no Get-VpnConnection'
  }
  $profiles = @(foreach ($row in Get-VpnProfiles) {
    $status = "$($row.ConnectionStatus)"
    [ordered]@{
      name = (Format-Foreign $row.Name); serverAddress = (Format-Foreign $row.ServerAddress); tunnelType = (Format-Foreign $row.TunnelType)
      authenticationMethods = @(foreach ($method in $row.AuthenticationMethod) { Format-Foreign $method })
      connected = $(if ($status -eq 'Connected') { $true } elseif ($status -eq 'Disconnected') { $false })
    }
  })
  $failures = @(try {
    foreach ($entry in Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'RasClient'; Id = 20227 } -MaxEvents 20) {
      # CoId, user, connection, error code: the same order in every language. The user is left out.
      $code = "$($entry.Properties[3].Value)" -as [int64]
      if ($null -eq $code) { continue }
      [ordered]@{ at = $entry.TimeCreated.ToUniversalTime().ToString('o'); connection = (Format-Foreign $entry.Properties[2].Value); code = $code }
    }
  } catch { $null = $_ })
  $settings = Read-ClientSettings @($profiles | ForEach-Object { $_.name })
  [ordered]@{ status = 'measured'; profiles = @($profiles | Select-Object -First 64); rasFailures = $failures; settings = $settings }
}

function Get-VpnProfiles {
  foreach ($ofAll in $false, $true) {
    try { Get-VpnConnection -AllUserConnection:$ofAll } catch { $null = $_ }
  }
}

# ---- What decides how large a VPN login is: switches, sizes and counts, and of certificates no name ----

# A part that this computer does not let a script read stays null.
function Read-ClientSettings($Names) {
  $settings = [ordered]@{ phonebook = $null; vpnInterfaces = $null; loginCertificates = $null; trustedRoots = $null }
  try { $settings['phonebook'] = @(Read-Phonebooks | Select-Object -First 64) } catch { $null = $_ }
  $known = @($Names; if ($settings['phonebook']) { $settings['phonebook'] | ForEach-Object { $_.name } })
  try { $settings['vpnInterfaces'] = @(Read-VpnInterfaces $known | Select-Object -First 64) } catch { $null = $_ }
  try { $settings['loginCertificates'] = @(Read-LoginCertificates | Select-Object -First 16) } catch { $null = $_ }
  try { $settings['trustedRoots'] = @(Get-ChildItem -Path Cert:\LocalMachine\Root | ForEach-Object { $_.Thumbprint } | Sort-Object -Unique).Count } catch { $null = $_ }
  $settings
}

# The user's and the machine's. SYSTEM has no connections of its own, but may read those of all users.
function Read-Phonebooks {
  $below = 'Microsoft\Network\Connections\Pbk\rasphone.pbk'
  $files = @(
    if ($run.IsSystem) { Get-Item -Path "$env:SystemDrive\Users\*\AppData\Roaming\$below" -ErrorAction SilentlyContinue | Select-Object -First 32 }
    elseif ($env:APPDATA) { Get-Item -LiteralPath "$env:APPDATA\$below" -ErrorAction SilentlyContinue }
    if ($env:ProgramData) { Get-Item -LiteralPath "$env:ProgramData\$below" -ErrorAction SilentlyContinue | Add-Member -NotePropertyName OfAllUsers -NotePropertyValue $true -PassThru }
  )
  $failures = @()
  foreach ($file in $files) {
    try { Read-Phonebook $file ([bool](Get-Value $file 'OfAllUsers')) } catch { $failures += $_ }
  }
  if ($failures.Count -gt 0 -and $failures.Count -eq $files.Count) { throw $failures[0] }
}

# Sections "[name]" of "key=value" lines. No line but these leaves this function.
function Read-Phonebook($File, $OfAllUsers) {
  if ($File.Length -gt 2MB) { throw 'Cannot read: the phone book is too large' }
  $lines = @(Get-Content -LiteralPath $File.FullName -TotalCount 20000 -Encoding UTF8)
  # Written in the system's own code page, for which PowerShell 7.4 has another name, and 7.0 none.
  if ("$lines" -match '\ufffd') {
    $ansi = $(if ($PSVersionTable.PSVersion.Major -lt 6) { 'Default' } else { 'ansi' })
    try { $lines = @(Get-Content -LiteralPath $File.FullName -TotalCount 20000 -Encoding $ansi) } catch { $null = $_ }
  }
  $readKeys = 'Disable_IKEv2_Fragmentation', 'VpnStrategy', 'DEVICE', 'PhoneNumber', 'CustomIPSecPolicies', 'IpInterfaceMetric', 'Ipv6InterfaceMetric'
  $section = $null
  $count = 0
  foreach ($line in $lines + '[]') {
    if ($line -match '^\[(.*)\]\s*$') {
      # A modem's or PPPoE's "number" is none of this.
      if ($section -and (-not $section['DEVICE'] -or $section['DEVICE'] -eq 'vpn')) { New-PhonebookEntry $section $OfAllUsers }
      $section = @{ Name = $Matches[1] }
      if (++$count -gt 256) { return }
    }
    if (-not $section -or $line -notmatch '^(\w{1,40})=(.{0,512})') { continue }
    $key, $value = $Matches[1..2]
    # "Device" is another line than "DEVICE". Of two devices, the first counts.
    if ($readKeys -contains $key -and -not $section.ContainsKey($key) -and ($key -ne 'DEVICE' -or $key -ceq 'DEVICE')) { $section[$key] = $value.Trim() }
  }
}

function New-PhonebookEntry($Section, $OfAllUsers) {
  [ordered]@{
    name = (Format-Foreign $Section.Name); ofAllUsers = $OfAllUsers
    ikeFragmentation = $(switch ($Section['Disable_IKEv2_Fragmentation']) { '0' { $true } '1' { $false } })
    vpnStrategy = (ConvertTo-Number $Section['VpnStrategy'] 255)
    deviceType = $(if ($Section['DEVICE']) { Format-Foreign $Section['DEVICE'] })
    serverAddress = $(if ($Section['PhoneNumber']) { Format-Foreign $Section['PhoneNumber'] })
    hasCustomIpsecPolicies = [bool]$Section['CustomIPSecPolicies']
    metricV4 = (ConvertTo-Number $Section['IpInterfaceMetric'] 4294967295)
    metricV6 = (ConvertTo-Number $Section['Ipv6InterfaceMetric'] 4294967295)
  }
}

# By the names of VPN connections. Here, unlike elsewhere, an MTU of 0 is told.
function Read-VpnInterfaces($Names) {
  foreach ($group in @(Get-NetIPInterface | Where-Object { $Names -contains (Format-Foreign $_.InterfaceAlias) }) | Group-Object InterfaceAlias) {
    $found = [ordered]@{ name = (Format-Foreign $group.Name); mtuV4 = $null; mtuV6 = $null }
    foreach ($row in $group.Group) {
      if ($null -ne $row.NlMtu -and "$($row.Store)" -eq 'ActiveStore') { $found[$(if ("$($row.AddressFamily)" -eq 'IPv6') { 'mtuV6' } else { 'mtuV4' })] = [int64]$row.NlMtu }
    }
    $found
  }
}

# Certificates with a private key, still valid, that name client authentication as a purpose, or no purpose.
function Read-LoginCertificates {
  $above = $null
  $stores = [ordered]@{ user = 'CurrentUser'; machine = 'LocalMachine' }
  foreach ($store in $stores.Keys) {
    foreach ($certificate in Get-ChildItem -Path "Cert:\$($stores[$store])\My") {
      if (-not $certificate.HasPrivateKey -or $certificate.NotAfter -lt (Get-Date) -or $certificate.RawData.Length -gt 32KB) { continue }
      $purposes = @(foreach ($extension in $certificate.Extensions) { if ($extension.Oid.Value -eq '2.5.29.37') { $extension.EnhancedKeyUsages | ForEach-Object { $_.Value } } })
      if ($purposes.Count -gt 0 -and $purposes -notcontains '1.3.6.1.5.5.7.3.2' -and $purposes -notcontains '2.5.29.37.0') { continue }
      if ($null -eq $above) { $above = Get-Issuers }
      $sizes, $isKnown = Get-ChainSizes $certificate $above
      $key = $(switch ($certificate.PublicKey.Oid.Value) { '1.2.840.113549.1.1.1' { 'rsa' } '1.2.840.10045.2.1' { 'ecdsa' } default { 'other' } })
      [ordered]@{
        store = $store; key = $key; keyBits = (Get-KeyBits $certificate.PublicKey $key)
        subjectBytes = $certificate.SubjectName.RawData.Length; derBytes = @($sizes); isChainKnown = $isKnown
      }
    }
  }
}

# By the key's DER, as .NET Framework does not give the size of elliptic curves. An RSA modulus has a multiple
# of 256 bits, and less than 32 bytes beside it; a point has a byte and two coordinates.
function Get-KeyBits($PublicKey, $Kind) {
  $bits = 8 * $PublicKey.EncodedKeyValue.RawData.Length
  if ($Kind -eq 'rsa' -and $bits -ge 256 -and $bits -le 65535) { $bits - $bits % 256 } elseif ($Kind -eq 'ecdsa') {
    $bits = ($bits - 8) / 2
    if ($bits -eq 528) { 521 } elseif ($bits -ge 1) { $bits }
  }
}

# All that could stand above another certificate, by the bytes of its name.
function Get-Issuers {
  $found = @{}
  foreach ($place in 'CurrentUser\CA', 'LocalMachine\CA', 'CurrentUser\Root', 'LocalMachine\Root') {
    try { $certificates = @(Get-ChildItem -Path "Cert:\$place") } catch { continue }
    foreach ($certificate in $certificates) { $found["$($certificate.SubjectName.RawData)"] += @($certificate) }
  }
  $found
}

# DER bytes of the certificate and of those above it, without the root; and whether a root was reached.
function Get-ChainSizes($Certificate, $Issuers) {
  $sizes = @($Certificate.RawData.Length)
  for ($i = 1; $i -le 8; $i++) {
    $issuer = "$($Certificate.IssuerName.RawData)"
    if ($issuer -eq "$($Certificate.SubjectName.RawData)") { break }
    $keyId = Get-ExtensionBytes $Certificate '2.5.29.35'
    # Of several with one name, the one whose key the certificate names (RFC 5280 4.2.1.1), then the newest.
    $Certificate = @($Issuers[$issuer]) | Where-Object { $_ } |
      Sort-Object { $keyId -and $keyId.Contains("$(Get-ExtensionBytes $_ '2.5.29.14')" -replace '^\d+ ') }, NotBefore | Select-Object -Last 1
    if (-not $Certificate -or $Certificate.RawData.Length -gt 32KB) { $Certificate = $null; break }
    if ("$($Certificate.IssuerName.RawData)" -ne "$($Certificate.SubjectName.RawData)") { $sizes += $Certificate.RawData.Length }
  }
  , @($sizes | Select-Object -First 8)
  [bool]($Certificate -and "$($Certificate.IssuerName.RawData)" -eq "$($Certificate.SubjectName.RawData)")
}

function Get-ExtensionBytes($Certificate, $Oid) {
  foreach ($extension in $Certificate.Extensions) { if ($extension.Oid.Value -eq $Oid) { "$($extension.RawData)" } }
}

function Get-AgentInfo {
  $osVersion = try {
    # CurrentBuildNumber shows Windows 11 (22000 and later); ProductName says Windows 10 for both.
    $key = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    Format-Foreign "Windows build $($key.CurrentBuildNumber).$($key.UBR) $($key.EditionID)"
  } catch { $null }
  [ordered]@{
    name = 'ikefrag-powershell'; version = $run.Version
    platform = $(if ($env:OS -eq 'Windows_NT') { 'windows' } else { 'other' })
    osVersion = $osVersion; runtime = "powershell $($PSVersionTable.PSVersion)"; language = $run.Language; elevated = $run.Elevated
  }
}

# Looks for the SID of the high mandatory level, because the names are translated.
function Test-Elevated {
  $said = Invoke-Program 'whoami.exe' @('/groups')
  if ($said.Lines.Count -eq 0) { return $null }
  $run.IsSystem = "$($said.Lines)" -match '\bS-1-16-16384\b'
  [bool]("$($said.Lines)" -match '\bS-1-16-(12288|16384)\b')
}

# The full path, because a bare name would be looked up elsewhere first.
function Get-ProgramPath($Name) {
  "$(if ($env:SystemRoot) { $env:SystemRoot } else { 'C:\Windows' })\System32\$Name"
}

function Invoke-Program($Name, [string[]]$ProgramArguments) {
  $ErrorActionPreference = 'Continue' # else a program's error output would end the script in 5.1
  $global:LASTEXITCODE = $null
  try {
    $lines = @(& (Get-ProgramPath $Name) @ProgramArguments 2>$null | ForEach-Object { "$_" })
    @{ Lines = $lines; ExitCode = $global:LASTEXITCODE }
  } catch {
    @{ Lines = @(); ExitCode = $null }
  }
}

# ---- Only as administrator and with a permission for it: capture the VPN's connecting; try an MTU ----

# Returns why this is not done; nothing where it is allowed.
function Get-Objection($Step, $Question) {
  if ($run.Asked -notcontains $Step.kind) { return 'Cannot do this: the case did not name it before the run was agreed to' }
  if ($run.Elevated -ne $true) { return 'Cannot do this without administrator rights' }
  if ($run.Yes) { return 'Cannot do this unasked: there is nobody who could say yes' }
  if (-not (Test-Yes (Read-Answer $Question))) { return 'The user said no' }
}

# The name of the one profile for the gateway that is not connected, if the name can be quoted safely.
function Find-DialName {
  $names = @(Get-VpnProfiles | Where-Object {
    $_.ServerAddress -eq $run.Gateway -and "$($_.ConnectionStatus)" -ne 'Connected' -and $_.Name -notmatch '^[/-]|["%\p{Cc}]|\\$'
  } | ForEach-Object { $_.Name })
  if ($names.Count -eq 1) { $names[0] }
}

# Returns the RAS error; 0 when connected; nothing after a timeout. Disconnects again: the VPN may hide the
# service.
function Invoke-Dial($Name, $Seconds) {
  Write-Host ($words.dialling -f (Format-Plain $Name 256), $Seconds)
  try {
    $code = Invoke-Rasdial "`"$Name`"" $Seconds
    if ($null -eq $code) { Write-Host ($words.dialEnded -f $Seconds) }
    $code
  } finally { $null = Invoke-Rasdial "`"$Name`" /disconnect" 20 }
}

# A process of its own, because it may hang. 5.1 knows the exit code only if Handle was read.
function Invoke-Rasdial($Line, $Seconds) {
  $process = $null
  try {
    $process = Start-Process -FilePath (Get-ProgramPath 'rasdial.exe') -ArgumentList $Line -NoNewWindow -PassThru
    $null = $process.Handle
    $end = (Get-ElapsedMs) + 1000 * $Seconds
    while (-not $process.HasExited -and (Get-ElapsedMs) -lt $end) { Start-Sleep -Milliseconds 50 }
    if ($process.HasExited) { [int64]$process.ExitCode }
  } finally {
    if ($process -and -not $process.HasExited) { Stop-Process -Id $process.Id -Force -ErrorAction SilentlyContinue }
  }
}

function Invoke-Capture($Step) {
  if ($run.Constrained) { return New-NotRun 'Cannot capture: PowerShell is in Constrained Language Mode here' }
  $target = Find-Target $Step $null
  if (-not $target -or $target -is [string]) { return New-NotRun "Cannot capture: $($Step.target) is not the gateway of this case, or has no address" }
  $objection = Get-Objection $Step ($words.askCapture -f $target.address, $Step.seconds)
  if ($objection) { return New-NotRun $objection }
  $base = Join-Path $(if ($env:TEMP) { $env:TEMP } else { '.' }) "ikefrag-$(Get-Random -Minimum 100000 -Maximum 999999)"
  $etl = "$base.etl"
  $pcapng = "$base.pcapng"
  # By address, because only first fragments have ports. Size 0: whole packets, not 128 bytes of each.
  $null = Invoke-Program 'pktmon.exe' @('filter', 'remove')
  $null = Invoke-Program 'pktmon.exe' @('filter', 'add', 'ikefrag', '-i', $target.address)
  try {
    $started = Invoke-Program 'pktmon.exe' @('start', '--capture', '--comp', 'nics', '--pkt-size', '0', '--file-size', "$([int]($Step.maxBytes / 1MB + 0.5))", '--file-name', $etl)
    if ($started.ExitCode -ne 0) { return New-Failure 'refused-by-system' "Cannot start pktmon: $($started.Lines)" }
    $rasCode = $null
    try {
      $dialName = Find-DialName
      if ($dialName) { $rasCode = Invoke-Dial $dialName $Step.seconds } else {
        Write-Host ($words.dialYourself -f $Step.seconds)
        Start-Sleep -Seconds $Step.seconds
      }
    } finally { $null = (Invoke-Program 'pktmon.exe' @('stop')) }
    $null = Invoke-Program 'pktmon.exe' @('etl2pcap', $etl, '--out', $pcapng)
    if (-not (Test-Path -LiteralPath $pcapng)) { return New-Failure 'other' 'Cannot convert the capture: pktmon etl2pcap wrote no file' }
    $bytes = Clear-Payloads $pcapng $Step.maxBytes
    $run.CaptureFile = $pcapng
    [ordered]@{ status = 'measured'; bytes = $bytes; rasCode = $rasCode }
  } finally {
    $null = Invoke-Program 'pktmon.exe' @('filter', 'remove')
    Remove-Item -LiteralPath @($etl; if (-not $run.CaptureFile) { $pcapng }) -ErrorAction SilentlyContinue
  }
}

# Blanks what the VPN carried: IKE, ICMP and later IP fragments of UDP stay whole; of all else, 64 bytes stay.
# A pcapng file is a row of blocks that begin with type and length. Type 1 is an interface and its link type,
# 6 a packet.
function Clear-Payloads($File, $MaxBytes) {
  $bytes = [IO.File]::ReadAllBytes($File)
  $linkTypes = @()
  for ($at = 0; $at + 32 -le $bytes.Length; $at += $length) {
    $type, $length, $interface = 0, 4, 8 | ForEach-Object { [BitConverter]::ToInt32($bytes, $at + $_) }
    if ($length -lt 12 -or $at + $length -gt [Math]::Min($MaxBytes, $bytes.Length)) { break }
    if ($type -eq 0x0a0d0d0a) { $linkTypes = @() }
    if ($type -eq 1) { $linkTypes += $interface -band 0xffff }
    if ($type -ne 6 -or $length -lt 112) { continue } # headers, and little else
    # IP alone; or Ethernet, perhaps with one VLAN tag, two of them, or PPPoE.
    $ip = $at + 28 + $(if ($linkTypes[$interface] -ne 1) { 0 } else { switch ($bytes[$at + 40]) { 0x81 { 18 } 0x88 { 22 } default { 14 } } })
    $isIpv4 = ($bytes[$ip] -band 0xf0) -eq 0x40
    $protocol = $bytes[$ip + $(if ($isIpv4) { 9 } else { 6 })]
    $udp = $ip + $(if ($isIpv4) { 4 * ($bytes[$ip] -band 15) } else { 40 })
    $isLater = $isIpv4 -and ($bytes[$ip + 6] -band 0x1f) + $bytes[$ip + 7] -gt 0
    if (-not $isIpv4 -and $protocol -eq 44) { # an IPv6 fragment
      $isLater = $bytes[$udp + 2] + ($bytes[$udp + 3] -band 0xf8) -gt 0
      $protocol = $bytes[$udp]
      $udp += 8
    }
    $ports = @(0, 2 | ForEach-Object { 256 * $bytes[$udp + $_] + $bytes[$udp + $_ + 1] })
    $isIke = $ports -contains 500 -or ($ports -contains 4500 -and [BitConverter]::ToInt32($bytes, $udp + 8) -eq 0)
    if (1, 58 -contains $protocol -or ($protocol -eq 17 -and ($isLater -or $isIke))) { continue }
    [Array]::Clear($bytes, $ip + 64, $at + $length - 4 - $ip - 64)
  }
  # Bytes that were not looked at are not sent.
  $stream = [IO.File]::Create($File)
  try { $stream.Write($bytes, 0, $at) } finally { $stream.Close() }
  $at
}

# The MTU is put back, unless it helped and the user keeps it. At the latest, a restart of Windows does so.
function Invoke-Apply($Step) {
  $family = "ipv$($Step.family)"
  $index = $Step.interfaceIndex
  $before = Read-InterfaceMtu $index $Step.family
  if (-not $before) { return New-NotRun "Cannot try another MTU: interface $index has no $family MTU" }
  $dialName = Find-DialName
  if (-not $dialName) { return New-NotRun "Cannot try another MTU: there is no VPN profile, or more than one, to dial for $($run.Gateway)" }
  $objection = Get-Objection $Step ($words.askApply -f $index, $before, $Step.interfaceMtu, (Format-Plain $dialName 256))
  if ($objection) { return New-NotRun $objection }
  $set = @('interface', $family, 'set', 'interface', "$index")
  $undo = "netsh $set mtu=$before store=active"
  Write-Host ($words.restoreLine -f $undo)
  $isKept = $false
  $rasCode = $null
  try {
    $null = Invoke-Program 'netsh.exe' ($set + "mtu=$($Step.interfaceMtu)" + 'store=active')
    # netsh returns 0 even if it did nothing.
    if ((Read-InterfaceMtu $index $Step.family) -ne $Step.interfaceMtu) {
      return New-Failure 'refused-by-system' "Cannot set the MTU of interface ${index}: it does not read $($Step.interfaceMtu) afterwards"
    }
    $rasCode = Invoke-Dial $dialName 60
    if ($rasCode -eq 0 -and (Test-Yes (Read-Answer ($words.askKeep -f $Step.interfaceMtu)))) {
      $kept = Invoke-Program 'netsh.exe' ($set + "mtu=$($Step.interfaceMtu)" + 'store=persistent')
      $isKept = $kept.ExitCode -eq 0 -and (Read-InterfaceMtu $index $Step.family) -eq $Step.interfaceMtu
    }
    [ordered]@{ status = 'measured'; previousMtu = $before; connected = ($rasCode -eq 0); kept = $isKept; rasCode = $rasCode }
  } finally {
    if ($isKept) { Write-Host ($words.kept -f $Step.interfaceMtu, "netsh $set mtu=$before store=persistent") } else {
      $null = Invoke-Program 'netsh.exe' ($set + "mtu=$before" + 'store=active')
      $isBack = (Read-InterfaceMtu $index $Step.family) -eq $before
      Write-Host $(if ($isBack) { $words.restored -f $before } else { $words.notRestored -f $undo })
    }
  }
}

function Read-InterfaceMtu($Index, $Family) {
  try {
    foreach ($row in @(Get-NetIPInterface -InterfaceIndex $Index -AddressFamily "IPv$Family")) {
      if ("$($row.Store)" -eq 'ActiveStore') { return ConvertTo-Mtu $row.NlMtu }
    }
  } catch { $null = $_ }
}

# ---- Small things ----

# Milliseconds since the run began.
function Get-ElapsedMs {
  if ($run.Stopwatch) { return $run.Stopwatch.Elapsed.TotalMilliseconds }
  $elapsed = ((Get-Date) - $run.BeganAt).TotalMilliseconds
  $(if ($elapsed -lt 0) { 0 } else { $elapsed })
}

# A property that may be absent, of an object that may be absent.
function Get-Value($Object, $Name) {
  if ($null -eq $Object) { return $null }
  # The commas keep an array an array, even with one element or none.
  if ($Object -is [Collections.IDictionary]) { return , $Object[$Name] }
  $property = $Object.PSObject.Properties[$Name]
  if ($null -ne $property) { return , $property.Value }
}

function ConvertTo-Number($Text, $Most) {
  if ("$Text" -match '^\d{1,10}\z' -and [int64]$Text -le $Most) { [int64]$Text }
}

function ConvertTo-Mtu($Value) {
  $number = $Value -as [int64]
  if ($number -ge 68 -and $number -le 4294967295) { $number }
}

function Read-Answer($Question) {
  if ($run.Quiet) { return }
  try { Read-Host $Question } catch { $null } # nobody can answer: -NonInteractive
}

# Win+R opens a window for this command alone.
function Test-OwnWindow {
  try {
    $me = Get-CimInstance Win32_Process -Filter "ProcessId=$PID"
    $me.CommandLine -match ' -c ' -and (Get-Process -Id $me.ParentProcessId).Name -eq 'explorer'
  } catch { $false }
}

# As it is said over the telephone: in small letters, with spaces, without hyphens; or in full-width letters.
function Format-Code($Code) {
  $bare = "$Code"
  try { $bare = $bare.Normalize('FormKC') } catch { $null = $_ }
  ($bare -replace '[\s-]').ToUpper() -replace '^(.{4})(.{4})(.{5})\z', '$1-$2-$3'
}

function Test-Yes($Answer) {
  "$Answer" -match '^\s*(y(es)?|\uff59|\u306f\u3044)\s*$'
}

# Makes foreign text safe to show: no control characters, no marks that change the reading direction.
function Format-Plain([string]$Text, [int]$MaxLength) {
  $line = $Text -replace '[\r\n\t]+', ' ' -replace '[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
  if ($line.Length -gt $MaxLength) { $line.Substring(0, $MaxLength) } else { $line }
}

# Text of this machine for the report: one line, at most 512 characters.
function Format-Foreign($Text) {
  Format-Plain ("$Text" -replace '\s+', ' ').Trim() 512
}

# ConvertTo-Json of 5.1 wraps some arrays and cuts at a depth. ASCII passes every encoding.
function ConvertTo-AsciiJson($Value) {
  if ($null -eq $Value) { return 'null' }
  if ($Value -is [bool]) { return $(if ($Value) { 'true' } else { 'false' }) }
  if ($Value -is [int] -or $Value -is [int64] -or $Value -is [double]) { return "$Value" }
  if ($Value -is [string]) {
    $text = $Value.Replace('\', '\\').Replace('"', '\"')
    if ($text -match '[^\x20-\x7e]') {
      $text = -join @(foreach ($unit in $text.ToCharArray()) { if ($unit -match '[\x20-\x7e]') { $unit } else { '\u{0:x4}' -f [int]$unit } })
    }
    return "`"$text`""
  }
  if ($Value -is [array]) { return "[$(@(foreach ($item in $Value) { ConvertTo-AsciiJson $item }) -join ',')]" }
  $names = $(if ($Value -is [Collections.IDictionary]) { @($Value.Keys) } else { @($Value.PSObject.Properties | ForEach-Object { $_.Name }) })
  "{$(@(foreach ($name in $names) { (ConvertTo-AsciiJson $name) + ':' + (ConvertTo-AsciiJson (Get-Value $Value $name)) }) -join ',')}"
}

Start-Ikefrag @args
