# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  region:
    description:
      - Region that the module works in, such as V(cn-hangzhou).
      - If not set, the environment variables E(ALIBABA_CLOUD_REGION_ID) and E(ALIBABA_CLOUD_REGION) are read.
    type: str
  profile:
    description:
      - Name of a profile in C(~/.aliyun/config.json) or C(~/.alibabacloud/credentials.ini).
      - Excludes O(access_key_id).
    type: str
  access_key_id:
    description:
      - AccessKey ID. Give O(access_key_secret) with it.
      - If neither keys nor O(profile) are given, the environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID),
        E(ALIBABA_CLOUD_ACCESS_KEY_SECRET) and E(ALIBABA_CLOUD_SECURITY_TOKEN) are read, and then the rest of the
        Alibaba Cloud credential chain.
    type: str
  access_key_secret:
    description: AccessKey secret.
    type: str
  security_token:
    description: Security token of temporary (STS) keys.
    type: str
  role_arn:
    description:
      - ARN of a RAM role to assume with these keys, such as V(acs:ram::1234567890123456:role/network).
      - If not set, the environment variable E(ALIBABA_CLOUD_ROLE_ARN) is read.
    type: str
  endpoint_url:
    description:
      - Sends all requests to this server as to a proxy, while each keeps the host name of its product's real endpoint.
      - V(http) is accepted for this machine only, such as V(http://127.0.0.1:8080).
      - If not set, the environment variable E(ALIBABA_CLOUD_ENDPOINT_URL) is read.
    type: str
  connect_timeout:
    description: Seconds within which a connection has to be made.
    type: float
    default: 10
  read_timeout:
    description: Seconds within which an answer has to come; a connectivity test is given at least 120.
    type: float
    default: 30
  retry_timeout:
    description: Seconds over which one call is repeated when the service throttles it or fails for a moment.
    type: float
    default: 60
requirements:
  - python >= 3.10
  - alibabacloud-tea-openapi
  - alibabacloud-credentials
  - alibabacloud-dataworks-public20240518
  - alibabacloud-vpc20160428
  - alibabacloud-rds20140815
  - alibabacloud-sts20150401
  - jmespath
author:
  - The dataworks.network contributors (@dataworks-network)
"""
