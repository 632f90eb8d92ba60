/** The scripts of the kit, as text: what an organisation reads, signs and deploys. ASCII, for Windows. */

/** What differs between kits. */
export interface KitFacts {
  /** The service's origin: nothing in it is special in a quoted string of cmd or PowerShell. */
  server: string;
  version: string;
  /** SHA-256 of the published script, in upper-case hexadecimal digits. */
  sha256: string;
  /** The code of a case for many computers; empty: to be filled in. */
  code: string;
}

/** Where the script lies once it is installed, under %ProgramFiles%: users cannot write there. */
const FOLDER = "ikefrag";
const FILE = "ikefrag.ps1";

/** cmd wants CR LF; PowerShell takes either. */
const withCrLf = (text: string): string => text.replaceAll("\n", "\r\n");

/** The entry of the Start menu. The agent asks for the code by itself. */
export const startMenuCmd = ({ server }: Pick<KitFacts, "server">): string =>
  withCrLf(`@echo off
title ikefrag
powershell -NoProfile -ExecutionPolicy RemoteSigned -File "%ProgramFiles%\\${FOLDER}\\${FILE}" -Server ${server}
pause
`);

/** In PowerShell: the hash of the file as it was published, also of a copy that was signed since. */
const RELEASE_HASH = `if ("$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage') {
  throw 'A policy of this computer forbids .NET to this script (Constrained Language Mode). Allow it, or run it elsewhere; Get-FileHash tells the hash of a copy that is not signed.'
}
# A signature is a block of comments at the end, behind one line end: without it, the file is the published one.
function Get-ReleaseHash($File) {
  $text = [Text.Encoding]::ASCII.GetString([IO.File]::ReadAllBytes($File)) -creplace '\\r\\n# SIG # Begin signature block\\r\\n(# [A-Za-z0-9+/=]+\\r\\n)*# SIG # End signature block\\r\\n\\z'
  $hash = [Security.Cryptography.SHA256]::Create().ComputeHash([Text.Encoding]::ASCII.GetBytes($text))
  [BitConverter]::ToString($hash) -replace '-'
}`;

/** Installs the script for all users. */
export const installScript = ({ server, version, sha256 }: KitFacts): string =>
  `# Installs the ikefrag agent ${version} for all users of this computer. Run it as administrator or as SYSTEM, from
# software deployment, as a startup script of Group Policy, or as a platform script of Intune.
# It writes two files and changes nothing else; to remove ikefrag, delete them.
$ErrorActionPreference = 'Stop'
$hash = '${sha256}'
$folder = Join-Path $env:ProgramFiles '${FOLDER}'
$file = Join-Path $folder '${FILE}'
$menu = Join-Path $env:ProgramData 'Microsoft\\Windows\\Start Menu\\Programs'

${RELEASE_HASH}

$null = New-Item -ItemType Directory -Path $folder -Force
# A copy that your organisation signed lies beside this script; without one, the published file is fetched.
$own = $(if ($PSScriptRoot) { Join-Path $PSScriptRoot '${FILE}' } else { '' })
if ($own -and (Test-Path -LiteralPath $own)) {
  if ((Get-ReleaseHash $own) -ne $hash) { throw "Not installed: $own is not ikefrag ${version}" }
  [IO.File]::Copy($own, $file, $true)
} else {
  $fetched = Join-Path $folder 'fetched.txt'
  Invoke-RestMethod -UseBasicParsing -Uri '${server}/agent/${version}/${FILE}' -OutFile $fetched
  if ((Get-ReleaseHash $fetched) -ne $hash) {
    Remove-Item -LiteralPath $fetched
    throw 'Not installed: the file that came is not the one that was published'
  }
  [IO.File]::Copy($fetched, $file, $true)
  Remove-Item -LiteralPath $fetched
}
Set-Content -LiteralPath (Join-Path $menu 'ikefrag.cmd') -Encoding Ascii -Value @'
${startMenuCmd({ server }).trimEnd().replaceAll("\r", "")}
'@
"ikefrag ${version} is installed: $file"
`;

/** Runs the agent unattended, for the tools that run a script on many computers. */
export const detectScript = ({ server, version, sha256, code }: KitFacts): string =>
  `# Runs the ikefrag agent ${version} on this computer, with nobody asked: your policy says yes for the user.
# It prints one line (report ID, verdict, MTU to set or -) and ends with 1 where a problem was found, else
# with 0; the line says so where it could not run. It changes no setting.
# For Intune (remediation, detection only), ConfigMgr (Run Scripts) and RMM tools.
$ErrorActionPreference = 'Stop'
$server = '${server}'
$code = '${code}' # of a case for many computers
$hash = '${sha256}'
# So that not all computers come at once. Nobody waits for this run.
$spreadSeconds = 300
# Datto RMM: the number of a user-defined field that takes the line; 0 is none.
$dattoField = 0

$problem = 0
try {
  if (-not $code) { throw 'fill in the code of a case' }
  if ($spreadSeconds -gt 0) { Start-Sleep -Seconds (Get-Random -Minimum 0 -Maximum $spreadSeconds) }
  # What is installed lies where only administrators write. Else the published file is fetched for this run.
  $file = Join-Path $env:ProgramFiles '${FOLDER}\\${FILE}'
  if (-not (Test-Path -LiteralPath $file)) {
    $folder = Join-Path $env:LOCALAPPDATA '${FOLDER}'
    $null = New-Item -ItemType Directory -Path $folder -Force
    $file = Join-Path $folder '${FILE}'
    Invoke-RestMethod -UseBasicParsing -Uri "$server/agent/${version}/${FILE}" -OutFile $file
    if ((Get-FileHash -LiteralPath $file).Hash -ne $hash) {
      Remove-Item -LiteralPath $file
      throw 'the file that came is not the one that was published'
    }
  }
  $line = "$(& $file -Server $server -Code $code -Yes -Quiet | Select-Object -Last 1)"
  if ($LASTEXITCODE -eq 1) { $problem = 1 }
} catch { $line = "Not run: $($_.Exception.Message)" }
$line = $line -replace '\\s+', ' '
if ($line.Length -gt 2000) { $line = $line.Substring(0, 2000) }
$line
if ($dattoField -gt 0) { Set-ItemProperty -LiteralPath 'HKLM:\\SOFTWARE\\CentraStage' -Name "Custom$dattoField" -Value $line }
exit $problem
`;

/** Signs the script with a certificate of the organisation's. */
export const signScript = ({ sha256 }: KitFacts): string =>
  `# Signs ikefrag.ps1 with your organisation's certificate for code signing, and checks the result. Put in the
# timestamp server that your certificate authority names, so that the signature outlives the certificate.
param([Parameter(Mandatory = $true)][string]$Thumbprint, [Parameter(Mandatory = $true)][string]$TimestampServer)
$ErrorActionPreference = 'Stop'
$file = Join-Path $PSScriptRoot '${FILE}'
$certificate = Get-ChildItem -Path Cert:\\CurrentUser\\My, Cert:\\LocalMachine\\My -CodeSigningCert |
  Where-Object { $_.Thumbprint -eq $Thumbprint } | Select-Object -First 1
if (-not $certificate) { throw "There is no certificate for code signing with the thumbprint $Thumbprint" }
Set-AuthenticodeSignature -FilePath $file -Certificate $certificate -HashAlgorithm SHA256 -TimestampServer $TimestampServer

${RELEASE_HASH}

if ((Get-ReleaseHash $file) -eq '${sha256}') { 'Signed, and still the published script.' } else { throw 'This is not the published script.' }
`;

/** Says whether a copy, signed or not, is the published script. */
export const checkScript = ({ version, sha256 }: KitFacts): string =>
  `# Says whether a file is the ikefrag agent ${version} as it was published, also where it was signed since.
param([string]$Path = (Join-Path $PSScriptRoot '${FILE}'))

${RELEASE_HASH}

if ((Get-ReleaseHash $Path) -eq '${sha256}') { "$Path is ikefrag ${version}." } else { "$Path is not ikefrag ${version}."; exit 1 }
`;

/** Rules that allow the script where AppLocker decides. */
export const appLockerScript = (): string =>
  `# Writes rules that allow ikefrag.ps1: by its hash, and once it is signed by its publisher. Import the file into
# the policy of AppLocker, under Script Rules, and look at the rules before. S-1-1-0 is everyone.
$file = Join-Path $PSScriptRoot '${FILE}'
Get-AppLockerFileInformation -Path $file |
  New-AppLockerPolicy -RuleType Publisher, Hash -User S-1-1-0 -RuleNamePrefix ikefrag -Xml |
  Set-Content -LiteralPath (Join-Path $PSScriptRoot 'applocker.xml') -Encoding UTF8
`;

/** Rules that allow the script where App Control for Business (WDAC) decides. */
export const appControlScript = (): string =>
  `# Writes a policy that allows ikefrag.ps1: by its publisher where it is signed, else by its hash. Merge it into
# your own: Merge-CIPolicy -OutputFilePath NEW.xml -PolicyPaths YOURS.xml, app-control.xml
$file = Join-Path $PSScriptRoot '${FILE}'
$rules = New-CIPolicyRule -DriverFilePath $file -Level Publisher -Fallback Hash
New-CIPolicy -FilePath (Join-Path $PSScriptRoot 'app-control.xml') -Rules $rules -UserPEs
`;
