/** Certificate stores of a Windows, for the stand-in of Get-ChildItem: real certificates that .NET makes. */

export interface MadeCertificate {
  /** Of this table; others name it as their issuer. */
  id: string;
  /** `CurrentUser\My` and so on; empty: it is in none, and only signs. */
  stores: string[];
  issuer?: string;
  subject?: string;
  key?: "rsa2048" | "rsa3072" | "p256" | "p384" | "p521";
  /** Extended key usages; absent: no such extension. */
  purposes?: string[];
  /** Absent: with a private key, unless it is a CA's. */
  hasPrivateKey?: boolean;
  hasExpired?: boolean;
}

const CURVES = { p256: "nistP256", p384: "nistP384", p521: "nistP521" } as const;

/** The body of the stand-in; certificates are made once, issuers before what they issue. */
export function certificateStores(table: MadeCertificate[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const made = table.map(
    ({ id, stores, issuer, subject, key = "rsa2048", purposes, hasPrivateKey, hasExpired }) => {
      const words = [
        quoted(id),
        quoted(subject ?? `CN=${id}`),
        quoted(issuer ?? ""),
        key.startsWith("rsa") ? key.slice(3) : quoted(CURVES[key as keyof typeof CURVES]),
        `@(${(purposes ?? []).map(quoted).join(", ")})`,
        `$${hasPrivateKey ?? !stores.some((store) => !store.endsWith("\\My"))}`,
        `$${hasExpired ?? false}`,
        `@(${stores.map(quoted).join(", ")})`,
      ];
      return `    New-MadeCertificate ${words.join(" ")}`;
    },
  );
  return `${MAKE}
  if (-not (Test-Path variable:global:Made)) {
    $global:Made = @{}; $global:Stores = @{}
${made.join("\n")}
  }
  $global:Stores["$($Bound.Path)" -replace '^Cert:\\\\'] | Where-Object { $_ }`;
}

const MAKE = `
  function New-MadeCertificate($Id, $Subject, $Issuer, $Key, $Purposes, $HasPrivateKey, $HasExpired, $Stores) {
    $x509 = 'Security.Cryptography.X509Certificates'
    $name = New-Object "$x509.X500DistinguishedName" $Subject
    if ($Key -is [string]) {
      $private = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::$Key)
      $request = New-Object "$x509.CertificateRequest" $name, $private, 'SHA256'
    } else {
      $private = [Security.Cryptography.RSA]::Create($Key)
      $request = New-Object "$x509.CertificateRequest" $name, $private, 'SHA256', ([Security.Cryptography.RSASignaturePadding]::Pkcs1)
    }
    $ownKey = New-Object "$x509.X509SubjectKeyIdentifierExtension" $request.PublicKey, $false
    $request.CertificateExtensions.Add($ownKey)
    if ($Purposes) {
      $oids = New-Object Security.Cryptography.OidCollection
      foreach ($purpose in $Purposes) { $null = $oids.Add((New-Object Security.Cryptography.Oid $purpose)) }
      $request.CertificateExtensions.Add((New-Object "$x509.X509EnhancedKeyUsageExtension" $oids, $false))
    }
    $from = [DateTimeOffset]::UtcNow.AddDays(-100)
    $to = [DateTimeOffset]::UtcNow.AddDays($(if ($HasExpired) { -1 } else { 100 }))
    if ($Issuer) {
      $signer = $global:Made[$Issuer]
      # AuthorityKeyIdentifier: a sequence of [0], the issuer's key identifier.
      $keyId = @($signer.KeyId)
      $bytes = [byte[]](@(0x30, ($keyId.Count + 2), 0x80, $keyId.Count) + $keyId)
      $request.CertificateExtensions.Add((New-Object "$x509.X509Extension" '2.5.29.35', $bytes, $false))
      $generator = $(if ($signer.Key -is [Security.Cryptography.RSA]) {
        [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForRSA($signer.Key, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
      } else { [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForECDsa($signer.Key) })
      $certificate = $request.Create($signer.Name, $generator, $from, $to, [byte[]](1..8))
    } else { $certificate = $request.CreateSelfSigned($from, $to) }
    $keyBytes = $ownKey.RawData
    $global:Made[$Id] = @{ Name = $name; Key = $private; KeyId = $keyBytes[2..($keyBytes.Length - 1)] }
    $certificate = New-Object "$x509.X509Certificate2" (, $certificate.RawData)
    if ($HasPrivateKey) {
      $certificate = $(if ($private -is [Security.Cryptography.RSA]) { [Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($certificate, $private) }
      else { [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::CopyWithPrivateKey($certificate, $private) })
    }
    foreach ($store in $Stores) { $global:Stores[$store] += @($certificate) }
  }`;
