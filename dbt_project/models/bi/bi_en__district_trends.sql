{{ config(alias='District trends', schema='en') }}

{{ readable('mart_district_trends', 'en') }}
